"""The first line of a page: its name, and the question it answers."""

import streamlit as st


def header(title: str, question: str) -> None:
    """One heading of the first order with the question beside it; on a phone below it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        st.title(title, anchor=False, width="content")
        st.markdown(f":gray[{question}]", width="content")
