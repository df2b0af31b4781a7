"""The bar above a page that is part of a lesson: what to know, a guess, the truth, and onward."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import lessons
from cnnlab.errors import LabError
from cnnlab.lessons import Lesson
from cnnlab.schema import Step
from pages.parts.shared import browser_memory
from pages.parts.shared.guess import reveal, take_guess
from pages.parts.shared.kept import forget_page
from pages.parts.shared.lesson_place import forget_place, leave_place, lesson_query, take_place
from pages.parts.shared.links import go, link
from pages.parts.shared.page_list import page_list
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.terms import say

# What no lesson needs, by the beginning of its key: the pages have them, out of sight.
NEVER = ("header", "own-model", "guess-first", "offer-")


def page_names() -> list[str]:
    """Every page by its file, as a lesson names it."""
    return [page.file.removesuffix(".py") for page in page_list()]


def lesson_bar() -> bool:
    """Draw the bar where the address or this reader's way says so; whether there is one."""
    before, place = lesson_query(), take_place()
    if place is None:
        return False
    if before and before != lesson_query():  # another step may be on the same page
        forget_page()
    name, number = place
    try:
        lesson = lessons.shelf(page_names()).find(name)
    except LabError as error:
        forget_place()  # said as long as it stands in the address: a first page runs twice
        show_error(error)
        link("lessons", "To the lessons", ":material/school:")
        return False
    number = min(max(1, number), len(lesson.steps))
    browser_memory.reach(lesson.name, number)
    _hide((*NEVER, *lesson.steps[number - 1].hide))
    with st.container(border=True, key="lesson-bar", gap="xsmall"):
        _bar(lesson, number)
    return True


@st.fragment
def _bar(lesson: Lesson, number: int) -> None:
    step, count = lesson.steps[number - 1], len(lesson.steps)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f":material/school: **{literal(lesson.title)}** :gray[step {number} of {count}]",
            width="content",
        )
        st.space("stretch")
        _ways(lesson, number)
    say(step.say, step.do)
    if _elsewhere(step):
        link(step.page, "Back to the page of this step", ":material/undo:", **address(step))
    if step.guess:
        _guessing(lesson, number)
    elif step.why:
        say(step.why)


def _ways(lesson: Lesson, number: int) -> None:
    """Back, next, out. Steps are links: a button could not change what a page's widgets keep."""
    if number > 1:
        with st.container(key="lesson-back", width="content"):
            _step_link(lesson, number - 1, "Back", ":material/arrow_back:")
    if number < len(lesson.steps):
        with st.container(key="lesson-next", width="content"):
            _step_link(lesson, number + 1, "Next", ":material/arrow_forward:")
    elif st.button("Done", key="lesson-done", icon=":material/check:", type="primary"):
        browser_memory.reach(lesson.name, len(lesson.steps) + 1)
        leave_place()
        go("lessons")
    if st.button(
        "Leave", key="lesson-leave", icon=":material/close:", type="tertiary",
        help="The page stays as it is. The list of lessons takes you back to this step.",
    ):  # fmt: skip
        leave_place()
        st.rerun()


def _guessing(lesson: Lesson, number: int) -> None:
    """The question first; the truth is computed when there is a guess, or when it is given up."""
    guess = lesson.steps[number - 1].guess
    assert guess is not None
    key = f"{lesson.name}/{number}"
    own = st.query_params.get("run", "")
    try:
        labels = lessons.classes(guess, own) if guess.kind == "pair" else ()
        guessed = take_guess(guess, key, labels)
    except LabError as error:
        show_error(error)
        return
    if guessed is None:
        if guess.cover:
            _hide(guess.cover)
            st.caption("What would tell it is out of sight: it comes with your guess.")
    else:
        reveal(guessed, lambda: lessons.truth(guess, own), guess.why)


def address(step: Step) -> dict[str, str | list[str]]:
    """The parameters by which the step's page restores its state."""
    return {
        name: value if isinstance(value, str) else list(value) for name, value in step.state.items()
    }


def _place(lesson: Lesson, number: int) -> dict[str, str | list[str]]:
    step = lesson.steps[number - 1]
    return {**address(step), "lesson": lesson.name, "step": str(number)}


def _step_link(lesson: Lesson, number: int, label: str, icon: str) -> None:
    link(lesson.steps[number - 1].page, label, icon, **_place(lesson, number))


def open_step(lesson: Lesson, number: int) -> None:
    """Leave the list for a step's page in its state."""
    go(lesson.steps[number - 1].page, **_place(lesson, number))


def _elsewhere(step: Step) -> bool:
    """Whether the reader strayed to another page than the step's."""
    here = st.session_state.get("page-kept")
    titles = {page.title: page.file.removesuffix(".py") for page in page_list()}
    return here in titles and titles[here] != step.page


def _hide(keys: Sequence[str]) -> None:
    """What a lesson does not need, or must not show yet, is out of sight; the page stays whole."""
    found = ", ".join(f'[class*="st-key-{key}"]' for key in keys)
    # With the empty span it stands where it is written: a style alone is kept beside the page, and
    # one written by a fragment stays there when the fragment runs again without it.
    if found:
        st.html(f"<style>{found} {{ display: none !important; }}</style><span></span>")
