"""What the chosen models say of one picture: the same board for every way to show one."""

import html
from collections.abc import Callable, Sequence

import streamlit as st

from cnnlab import prediction, runs
from cnnlab.errors import LabError
from cnnlab.plots import predict as plots
from cnnlab.prediction import board
from pages.parts.shared.plainly import literal, show_error


def show_answers(
    names: Sequence[str], look: Callable[[runs.Run], prediction.Answer]
) -> board.Answers:
    """Asks all models and draws the board with its notes."""
    answers = board.ask(names, look)
    st.html(f"<style>{plots.STYLE}</style>{answers.html()}")
    show_notes(answers)
    return answers


def show_notes(answers: board.Answers) -> None:
    """Problems first, then what was done to the picture."""
    for problem in dict.fromkeys(answers.problems):
        show_error(problem)
    if answers.notes():
        st.caption(literal(answers.notes()))


def show_ways(answers: board.Answers) -> None:
    """The steps from the picture to each different input, folded away."""
    ways = {tuple(step.caption for step in a.prepared.steps): a for a in answers.given.values()}
    with st.expander("How the picture became the network's input"):
        for answer in ways.values():
            steps = answer.prepared.steps
            st.html(plots.strip([(step.caption, step.picture) for step in steps]))


def show_first_layers(answers: board.Answers) -> None:
    """What the first convolutions of each model make of the picture, stroke by stroke."""
    shown = False
    for name, answer in answers.given.items():
        try:
            maps = prediction.feature_maps(answers.asked[name], answer.prepared.network_input)
        except LabError as error:
            show_error(error)
            continue
        if maps:
            shown = True
            st.html(f"<b>{html.escape(answers.asked[name].label)}</b>{plots.feature_strip(maps)}")
        else:
            st.caption(f"{literal(answers.asked[name].label)} has no convolutions to look at.")
    if shown:
        st.caption(
            "Each tile is one feature map: bright where its kernel answers strongly. Try a "
            "horizontal stroke, then a vertical one: which tiles wake up?"
        )
