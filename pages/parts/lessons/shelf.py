"""The list of lessons: what one learns, how far one is, and the worksheet to print."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import lessons
from cnnlab.lessons import Lesson, Refused
from pages.parts.shared import browser_memory
from pages.parts.shared.lesson_bar import open_step
from pages.parts.shared.plainly import literal
from pages.parts.shared.terms import caption


def one(lesson: Lesson) -> None:
    """A lesson as a box: begin or go on, anew, print."""
    count, reached = len(lesson.steps), browser_memory.reached(lesson.name)
    done = reached > count
    with st.container(border=True, key=f"lesson-{lesson.name}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{literal(lesson.title)}**", width="content")
            st.caption(_about(lesson, reached), width="content")
            st.space("stretch")
            _buttons(lesson, reached, done)
        caption(lesson.description)


def _about(lesson: Lesson, reached: int) -> str:
    count = len(lesson.steps)
    minutes = f"{lesson.minutes} minute{'' if lesson.minutes == 1 else 's'}"
    words = f"{minutes}, {count} step{'' if count == 1 else 's'}"
    if reached > count:
        words += " :green[· done]"
    elif reached:
        words += f" · you are at step {reached}"
    return f"{words} · written for this server" if lesson.taught_here else words


def _buttons(lesson: Lesson, reached: int, done: bool) -> None:
    if reached and not done:
        label, number = "Go on", reached
    else:
        label, number = ("Once more", 1) if done else ("Begin", 1)
    if reached and not done and st.button("Anew", key=f"anew-{lesson.name}", type="tertiary"):
        browser_memory.begin_anew(lesson.name)
        open_step(lesson, 1)
    st.download_button(
        "Worksheet",
        lessons.worksheet(lesson),
        f"{lesson.name}.html",
        "text/html",
        key=f"sheet-{lesson.name}",
        icon=":material/print:",
        type="tertiary",
        on_click="ignore",
        help="One HTML page with the questions and lines to write on: open it and print it.",
    )
    if st.button(label, key=f"begin-{lesson.name}", type="primary"):
        if done:
            browser_memory.begin_anew(lesson.name)
        open_step(lesson, number)


def refused(files: Sequence[Refused]) -> None:
    """A teacher's files that are no lessons, each with its reason."""
    for file in files:
        st.warning(f"Not shown: {literal(file.reason)}", icon=":material/block:")
