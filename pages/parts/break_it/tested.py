"""Accuracy on spoiled test pictures over the strength of a transform."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab.plots import robustness as charts
from cnnlab.prediction import board
from cnnlab.robustness import TransformCard
from cnnlab.robustness.questions import SpoiledTestPictures
from cnnlab.robustness.sampled import USUAL
from pages.parts.break_it.asking import ask_all
from pages.parts.break_it.curves import choose_transform
from pages.parts.shared.plainly import literal

if TYPE_CHECKING:
    from cnnlab.robustness.sampled import Fall, Robustness

COUNTS = (100, USUAL, 1000)


def show(answers: board.Answers) -> None:
    """The curve of each network on the same test pictures, all spoiled alike."""
    card, seed = choose_transform()
    count = st.select_slider("Test pictures", COUNTS, COUNTS[0], key="count", bind="query-params")
    with st.spinner(f"Spoiling {count} test pictures"):
        found = ask_all(
            answers,
            f"tested {card.name} {count} {seed}",
            lambda run, image: SpoiledTestPictures(run.path, count, (card.name,), seed),
        )
    if not found:
        return
    lines = [_line(answers.asked[name].label, one, card) for name, one in found.items()]
    st.plotly_chart(
        charts.curves(lines, card.unit, card.unchanged, "accuracy"), key="robustness-curve"
    )
    for name, one in found.items():
        fall = one.falls[0]
        st.markdown(
            f"**{literal(answers.asked[name].label)}**: {one.accuracy:.1%} of {one.count} test "
            f"pictures as they are, {fall.mean:.1%} on average once spoiled."
        )
    st.caption(
        f"{literal(card.description)} The same from a terminal, all transforms at once: "
        f"`python -m cnnlab break RUN,RUN --test {count}`."
    )


def _line(title: str, found: "Robustness", card: TransformCard) -> charts.Line:
    fall: Fall = found.falls[0]
    words = [
        f"{card.words(at)}: {right:.1%} (95 % interval {low:.0%} to {high:.0%})"
        for at, right, (low, high) in zip(
            fall.strengths, fall.accuracies, fall.intervals, strict=True
        )
    ]
    return charts.Line(title, fall.strengths, fall.accuracies, words)
