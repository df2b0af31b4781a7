"""Guess first, anywhere: one click before a training, a compression, an evaluation, a drawing."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import lessons
from cnnlab.lessons import Truth
from cnnlab.runs import Run
from cnnlab.schema import Guess
from pages.parts.shared import browser_memory
from pages.parts.shared.guess import reveal, take_guess
from pages.parts.shared.plainly import literal

ICON = ":material/psychology_alt:"
ASIDE = "Optional. Whoever guesses first remembers more."
NEXT = "next-run"  # a guess about a run that does not exist yet


def accuracy_guess(ask: str) -> Guess:
    """A guess at the test accuracy of a run."""
    of = {"run": lessons.OWN}
    return Guess(ask, "slider", "accuracy", of, low=0.0, high=100.0, step=1.0)


def offer(ask: str) -> None:
    """A button that opens the slider for the accuracy of the run about to be started."""
    given = browser_memory.guessed(NEXT)
    label = "Guess first" if given is None else f"You guess {lessons.shown(given, 'share')}"
    with st.popover(label, icon=ICON, key=f"offer-{NEXT}"):
        if given is None:
            st.caption(ASIDE)
            if take_guess(accuracy_guess(ask), NEXT) is not None:
                st.rerun()
        else:
            st.caption("It is held against the truth when the run is done.")
            if st.button("Guess anew", key=f"anew-{NEXT}"):
                browser_memory.forget(NEXT)
                st.rerun()


def keep_for(run: Run) -> None:
    """What was guessed about the run to come belongs to this one, which was just started."""
    given = browser_memory.guessed(NEXT)
    if given is not None:
        browser_memory.forget(NEXT)
        browser_memory.forget(_about(run))  # a name may have been another run's before
        browser_memory.remember(_about(run), given)


def show_gap(run: Run) -> None:
    """Of a run that is done: the gap between what was guessed and what it reads, if one was."""
    given = browser_memory.guessed(_about(run))
    if given is not None:
        guess = accuracy_guess("")
        reveal(given, lambda: lessons.truth(guess, run.name))


def before_seeing(switch: str, guess: Guess, key: str, labels: Sequence[str], own: str) -> bool:
    """A switch: while it is on, what would tell the answer waits for a guess.

    Args:
        switch: Its label.
        guess: What is asked.
        key: Names the guess.
        labels: The classes to choose from.
        own: The run it is about.

    Returns:
        Whether the page may show it now.
    """
    state = st.session_state
    state.setdefault("guess-first", state.get("guess-first-kept", False))
    state["guess-first-kept"] = st.toggle(switch, key="guess-first", help=ASIDE)
    if not state["guess-first-kept"]:
        return True
    given = take_guess(guess, key, labels)
    if given is None:
        st.caption("What the answers were comes with your guess.")
        return False
    reveal(given, lambda: lessons.truth(guess, own))
    return True


def about_a_drawing(labels: Sequence[str], name: str, answer: str) -> None:
    """Which class will the run `name` say? `answer` is what it says; "" while nothing is drawn."""
    with st.popover("Guess first", icon=ICON, key=f"offer-drawing-{name}"):
        st.caption(ASIDE)
        guessed = st.pills("What will it say?", labels, format_func=literal, key=f"says-{name}")
    if guessed is None:
        return
    if answer:
        sentence = lessons.gap(guessed, Truth(answer, "word"), f"{name} says")
        st.markdown(f"{ICON} **{literal(sentence)}**")
    else:
        st.caption(f"You guess {literal(guessed)}. Now draw.")


def _about(run: Run) -> str:
    return f"run {run.name} {run.config.created}"
