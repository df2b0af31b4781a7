"""Guess first: one control that takes a guess, and the sentence that holds it against the truth."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnnlab import lessons
from cnnlab.errors import LabError
from cnnlab.lessons import Guessed, Truth
from cnnlab.schema import Guess
from pages.parts.shared import browser_memory
from pages.parts.shared.plainly import literal, show_error

PAIR_PX, WIDE_PX = 150, 620


def take_guess(guess: Guess, key: str, labels: Sequence[str] = ()) -> Guessed | None:
    """The control with its button; what was guessed once it is pressed, or was before.

    Args:
        guess: What is asked and how it is answered.
        key: Under this it is kept in the browser; it also names the controls.
        labels: The classes of a pair; else those of the run it is about.
    """
    before = browser_memory.guessed(key)
    if before is not None:
        return before
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = _control(guess, key, labels)
        pressed = st.button(
            "That is my guess", key=f"guess-{key}", type="primary", disabled=chosen is None
        )
    if not pressed or chosen is None:
        return None
    browser_memory.remember(key, chosen)
    place.empty()
    return chosen


def _control(guess: Guess, key: str, labels: Sequence[str]) -> Guessed | None:
    if guess.kind == "pair":
        return _pair(guess, key, labels or lessons.classes(guess))
    if guess.kind == "choice":
        return st.segmented_control(
            literal(guess.ask), guess.options, format_func=literal, key=f"choice-{key}"
        )
    unit = lessons.unit(guess)
    if guess.marks:
        number = st.select_slider(
            literal(guess.ask),
            guess.marks,
            value=guess.marks[len(guess.marks) // 2],
            format_func=lambda one: lessons.number_words(one, unit),
            key=f"slide-{key}",
            width=WIDE_PX,
        )
    else:
        whole = guess.step.is_integer() and guess.low.is_integer()
        kind: Callable[[float], float] = int if whole else float
        middle = guess.low + guess.step * ((guess.high - guess.low) / guess.step // 2)
        number = st.slider(
            literal(guess.ask),
            kind(guess.low),
            kind(guess.high),
            kind(middle),
            kind(guess.step),
            format="%g %%" if unit == "share" else None,
            key=f"slide-{key}",
            width=WIDE_PX,
        )
    return lessons.in_unit(number, unit)


def _pair(guess: Guess, key: str, labels: Sequence[str]) -> Guessed | None:
    """Two classes: what it is, and what it is taken for."""
    truth = st.selectbox(
        literal(guess.ask),
        labels,
        None,
        key=f"is-{key}",
        placeholder="what it is",
        width=WIDE_PX - PAIR_PX,
    )
    predicted = st.selectbox(
        "is taken for",
        [label for label in labels if label != truth],
        None,
        key=f"said-{key}",
        placeholder="what it is called",
        width=PAIR_PX,
    )
    return (truth, predicted) if truth is not None and predicted is not None else None


def reveal(guessed: Guessed | None, find: Callable[[], Truth], why: str = "") -> None:
    """The gap in one sentence, and one more why; what cannot be measured says so."""
    try:
        with st.spinner("Measuring"):
            truth = find()
    except lessons.NotYet as error:
        st.info(literal(str(error)))
        return
    except LabError as error:
        show_error(error)
        st.button("Look again", key="look-again", icon=":material/refresh:")
        return
    words = f"**{literal(lessons.sentence(guessed, truth))}**"
    st.success(f"{words} {literal(why)}" if why else words, icon=":material/visibility:")
