"""The picture that is spoiled: a test picture, a drawing or a file, as each network sees it."""

from contextlib import suppress

import streamlit as st

from cnnlab import images, prediction, runs
from cnnlab.errors import LabError
from cnnlab.prediction import board
from pages.parts.shared import pictures, samples
from pages.parts.shared.canvas import canvas, sent
from pages.parts.shared.plainly import literal, show_error

WAYS = ("Test picture", "Draw", "Upload")


def show_picture(names: list[str]) -> board.Answers | None:
    """What the chosen runs say of the reader's picture; None while there is none."""
    way = st.segmented_control(
        "Picture",
        WAYS,
        default=WAYS[0],
        required=True,
        key="from",
        bind="query-params",
        label_visibility="collapsed",
    )
    answers = {"Draw": _drawn, "Upload": _uploaded}.get(way, _tested)(names)
    for problem in dict.fromkeys(answers.problems if answers else ()):
        show_error(problem)
    if answers and answers.notes():
        st.caption(literal(answers.notes()))
    return answers


def _tested(names: list[str]) -> board.Answers | None:
    sample = samples.choose_sample(runs.find(names[0]))
    if sample is None:
        return None
    st.caption(f"In truth: **{literal(sample.truth)}**")
    return board.ask(names, lambda run: samples.look_at(sample, run))


def _drawn(names: list[str]) -> board.Answers | None:
    with suppress(LabError):  # a damaged drawing is among the answers' problems already
        canvas("drawing")
    raster = sent("drawing").get("raster")
    return board.drawing(names, raster) if raster else None


def _uploaded(names: list[str]) -> board.Answers | None:
    brought = pictures.uploaded("break")
    if not brought:
        return None
    wanted: set[str] = set()
    for name in names:
        with suppress(LabError):
            wanted.add(runs.find(name).config.preparation)
    options = pictures.options(wanted, "break", narrow=True)
    picture = images.open_picture(brought[0][1])
    return board.ask(names, lambda run: prediction.ask(run, picture.pixels, **options))
