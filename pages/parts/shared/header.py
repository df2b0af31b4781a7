"""The first line of a page: its name, and the question it answers; in a lesson its bar."""

import streamlit as st

from pages.parts.shared.lesson_bar import lesson_bar


def header(title: str, question: str, in_lessons: bool = True) -> None:
    """One heading of the first order with the question beside it; on a phone below it.

    Where the page is part of a lesson, the lesson's bar stands above, and hides this line; not on
    a page that no lesson has a step on, with `in_lessons` false.
    """
    if in_lessons:
        lesson_bar()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        st.title(title, anchor=False, width="content")
        st.markdown(f":gray[{question}]", width="content")
