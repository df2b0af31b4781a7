"""Predict: draw a digit or show a picture; see what up to three models say of it."""

from contextlib import suppress

import streamlit as st

from cnnlab import images, lab, prediction, runs
from cnnlab.errors import LabError
from cnnlab.plots.photos import Photo, photos
from cnnlab.prediction import board
from pages.parts.predict.answers import show_answers, show_first_layers, show_notes, show_ways
from pages.parts.shared import guess_first, pictures, samples
from pages.parts.shared.canvas import Board, canvas, sent
from pages.parts.shared.header import header
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import seen
from pages.parts.shared.several_runs import pick_several

TITLE, ICON, TURN = "Predict", ":material/draw:", 60

WAYS = ("Draw", "Upload", "Camera", "Test pictures")


def usual(known: dict[str, runs.Run]) -> list[str]:
    """The models asked without a choice: shipped digit readers of all sizes, else the newest."""
    shown = [run.name for run in lab.showcase(board.MAX_MODELS) if run.name in known]
    return shown or list(known)[:1]


def choose(known: dict[str, runs.Run]) -> list[str]:
    """The models to ask, kept in the address as `?run=a&run=b`."""
    return pick_several(
        "Models",
        known,
        list(known),
        usual(known),
        board.MAX_MODELS,
        "There is no finished run {} (any more); it is left out.",
        "Up to three models answer the same picture; try a small one beside a large one.",
    )


@st.fragment
def draw(names: list[str]) -> None:
    """The pad and the answers beside it; only this part runs again after a stroke."""
    answers = board.drawing(names, sent("drawing").get("raster"))
    with suppress(LabError):  # a damaged drawing is among the answers' problems already
        canvas("drawing", Board(answers.html(), board.ticket(names)))
    show_notes(answers)
    guess(names, answers)
    if not answers.given:
        return
    show_ways(answers)
    if st.toggle("Show what the first layers make of it", key="layers", bind="query-params"):
        show_first_layers(answers)


def guess(names: list[str], answers: board.Answers) -> None:
    """What will the first model say? Guessed before the drawing, answered by it."""
    with suppress(LabError):  # the model is gone: that is said already
        labels = runs.find(names[0]).config.labels
        given = answers.given.get(names[0])
        said = given.prediction.label if given and given.prediction else ""
        guess_first.about_a_drawing(labels, names[0], said)


@st.fragment
def show(names: list[str], way: str) -> None:
    """Pictures from files, the clipboard or the camera, each with its answers."""
    brought = pictures.uploaded() if way == "Upload" else pictures.photographed()
    if not brought:
        return
    options = pictures.options(preparations(names))
    for title, data in brought:
        with st.container(border=True):
            answer(names, title, data, options)


def preparations(names: list[str]) -> set[str]:
    """The preparations the models want; a model that is gone is named where it should answer."""
    wanted: set[str] = set()
    for name in names:
        with suppress(LabError):
            wanted.add(runs.find(name).config.preparation)
    return wanted


def answer(names: list[str], title: str, data: bytes, options: images.PrepareOptions) -> None:
    """One picture of the reader's and what the models say of it."""
    left, right = st.columns([3, 7], gap="medium")
    left.markdown(f"**{literal(title)}**")
    try:
        picture = images.open_picture(data)
    except LabError as error:
        left.error(literal(str(error)))
        return
    left.html(photos([Photo(picture.pixels, f"Your picture {title}")], 280))
    if picture.notes:
        left.caption(" ".join(picture.notes))
    with right:
        show_ways(show_answers(names, lambda run: prediction.ask(run, picture.pixels, **options)))


@st.fragment
def test(names: list[str]) -> None:
    """A picture of a dataset's test part, the truth beside the answers."""
    try:
        sample = samples.choose_sample(runs.find(names[0]))
    except LabError as error:
        show_error(error)
        return
    if sample:
        st.markdown(f"In truth: **{literal(sample.truth)}**")
        show_answers(names, lambda run: samples.look_at(sample, run))


header(TITLE, "What do networks make of your drawing, or of your photo?")
known = {run.name: run for run in seen(lab.ready_runs())}
if not known:
    st.info("There is no finished model yet: train one on the Train page, then come back and draw.")
    link("train", "Train a network", ":material/show_chart:")
    st.stop()
names = choose(known)
way = st.segmented_control(
    "Picture",
    WAYS,
    default="Draw",
    required=True,
    key="from",
    bind="query-params",
    label_visibility="collapsed",
)
if not names:
    st.info("Choose at least one model above.")
elif way == "Draw":
    draw(names)
elif way == "Test pictures":
    test(names)
else:
    show(names, way)
