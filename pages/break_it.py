"""Break it: spoil a picture on purpose, and see when each network's answer falls."""

import streamlit as st

from cnnlab import lab, runs
from cnnlab.errors import LabError
from cnnlab.prediction import board
from pages.parts.break_it import curves, nearest, shifts, tested
from pages.parts.break_it.picture import show_picture
from pages.parts.shared.header import header
from pages.parts.shared.links import keep, link
from pages.parts.shared.plainly import plainly, show_error
from pages.parts.shared.reader import seen
from pages.parts.shared.several_runs import pick_several

TITLE, ICON, TURN = "Break it", ":material/broken_image:", 65

VIEWS = {
    "curves": (":material/show_chart: Curves", curves.show),
    "shifts": (":material/open_with: Shifts", shifts.show),
    "nearest": (":material/image_search: Nearest", nearest.show),
    "test": (":material/fact_check: Accuracy", tested.show),
}
COLUMNS = (3, 8)


def choose(known: dict[str, runs.Run]) -> list[str]:
    """The models, kept in the address as `?run=a&run=b`."""
    return pick_several(
        "Models",
        known,
        list(known),
        [run.name for run in lab.unlike(board.MAX_MODELS) if run.name in known] or list(known)[:1],
        board.MAX_MODELS,
        "There is no finished run {} (any more); it is left out.",
        "Try one that was trained on changed pictures beside one that was not, or two sizes.",
    )


def choose_view() -> str:
    """One view at a time, kept in the address; only what is shown is computed."""
    wanted = st.query_params.get("view")
    view = st.segmented_control(
        "View",
        list(VIEWS),
        format_func=lambda key: VIEWS[key][0],
        default=wanted if wanted in VIEWS else "curves",
        required=True,
        key="view",
        label_visibility="collapsed",
    )
    keep("view", view, "curves")
    return view


@st.fragment
@plainly
def draw(names: list[str]) -> None:
    """A picture, and one view of what it bears; only this part runs again after a press."""
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        answers = show_picture(names)
    with right:
        view = choose_view()
        if not answers or not any(answer.prediction for answer in answers.given.values()):
            st.info("Choose a picture or draw one: then it is spoiled.")
            return
        VIEWS[view][1](answers)


header(TITLE, "How much must a picture change before the answer falls?")
known = {run.name: run for run in seen(lab.ready_runs())}
if not known:
    st.info("There is no finished model yet: train one on the Train page, then come back.")
    link("train", "Train a network", ":material/show_chart:")
    st.stop()
names = choose(known)
try:
    if names:
        draw(names)
    else:
        st.info("Choose at least one model above.")
except LabError as error:
    show_error(error)
