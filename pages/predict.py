"""Predict: draw a digit or show a picture; see what up to three models say of it."""

import streamlit as st

from cnnlab import images, prediction, runs
from cnnlab.errors import LabError
from pages.parts import pictures
from pages.parts.answers import show_answers
from pages.parts.canvas import canvas
from pages.parts.links import link

MAX_MODELS = 3
WAYS = ("Draw", "Upload", "Camera")
DRAW = "Draw something: the models answer after every stroke."


def finished() -> dict[str, runs.Run]:
    """Every run that can answer, shipped ones first."""
    known = [*runs.pretrained(), *runs.list_runs()]
    return {run.name: run for run in known if run.tflite_file.exists()}


def choose(known: dict[str, runs.Run]) -> list[str]:
    """The models to ask, kept in the address as `?run=a&run=b`."""
    for name in st.query_params.get_all("run"):
        if name and name not in known:
            st.warning(f"There is no finished run {name!r} (any more); it is left out.")
    digits = [name for name, run in known.items() if run.config["preparation"] == "digit"]
    return st.multiselect(
        "Models",
        list(known),
        default=(digits or list(known))[:1],
        max_selections=MAX_MODELS,
        key="run",
        bind="query-params",
        placeholder="Choose up to three models",
        help="Up to three models answer the same picture; try a small one beside a large one.",
    )


@st.fragment
def draw(names: list[str]) -> None:
    """The pad and the answers; only this part runs again after a stroke."""
    left, right = st.columns([3, 7], gap="medium")
    try:
        with left:
            picture = canvas("drawing")
    except LabError as error:
        st.error(str(error))
        return
    with right:
        show_answers(names, lambda run: prediction.ask(run, picture), DRAW)


@st.fragment
def show(names: list[str], way: str) -> None:
    """Pictures from files, the clipboard or the camera, each with its answers."""
    brought = pictures.uploaded() if way == "Upload" else pictures.photographed()
    if not brought:
        return
    options = pictures.options({runs.find(name).config["preparation"] for name in names})
    for title, data in brought:
        with st.container(border=True):
            answer(names, title, data, options)


def answer(names: list[str], title: str, data: bytes, options: dict[str, str]) -> None:
    """One picture of the reader's and what the models say of it."""
    left, right = st.columns([3, 7], gap="medium")
    left.markdown(f"**{title}**")
    try:
        picture = images.open_picture(data)
    except LabError as error:
        left.error(str(error))
        return
    left.image(picture.pixels, width="stretch")
    for note in picture.notes:
        left.caption(note)
    with right:
        show_answers(names, lambda run: prediction.ask(run, picture.pixels, **options))


st.title("Predict")
st.write(
    "Draw a digit and watch the answer change with every stroke, or show a picture. "
    "The small picture beside it is all the network gets to see."
)
known = finished()
if not known:
    st.info("There is no finished model yet: train one on the Train page, then come back and draw.")
    link("train", "Train a network", ":material/show_chart:")
    st.stop()
names = choose(known)
way = st.segmented_control(
    "Picture", WAYS, default="Draw", required=True, key="from", bind="query-params"
)
if not names:
    st.info("Choose at least one model above.")
elif way == "Draw":
    draw(names)
else:
    show(names, way)
