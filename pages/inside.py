"""Inside: kernels, maps, one value's arithmetic, heat, wishes, how it learns, surgery."""

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.inside import (
    arithmetic,
    attribution,
    feature_maps,
    importing,
    kernels,
    learning,
    maximization,
    replay,
    surgery,
)
from pages.parts.shared.header import header
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal, plainly, show_error
from pages.parts.shared.run_picker import pick_run
from pages.parts.shared.terms import caption

TITLE, ICON, TURN = "Inside", ":material/grid_on:", 50

VIEWS = {
    "kernels": (
        ":material/grid_on: Kernels",
        "A convolution slides small grids of weights over the picture. These are the grids.",
        kernels.show,
    ),
    "replay": (
        ":material/play_circle: Replay",
        "The training once more: kernels, maps of your picture, answer and curve move together.",
        replay.show,
    ),
    "maps": (
        ":material/layers: Feature maps",
        "What every layer makes of a picture: from edges to an answer.",
        feature_maps.show,
    ),
    "arithmetic": (
        ":material/calculate: Arithmetic",
        "Nothing but multiplying and adding: every number that made one value.",
        arithmetic.show,
    ),
    "heat": (
        ":material/local_fire_department: Where did it look",
        "Which pixels spoke for a class? Every method has its answer; none is the whole truth.",
        attribution.show,
    ),
    "wants": (
        ":material/psychology: What does a filter want",
        "A picture made for a filter, beside the test pictures that excite it most.",
        maximization.show,
    ),
    "learning": (
        ":material/school: How it learns",
        "Every weight asks: if I were a little larger, would the answer be worse?",
        learning.show,
    ),
    "surgery": (
        ":material/content_cut: Surgery",
        "Take a filter away, turn it round, put another in its place: who needed it?",
        surgery.show,
    ),
}


def choose_view() -> str:
    """One view at a time, kept in the address; only what is shown is computed."""
    wanted = st.query_params.get("view")
    wanted = wanted if wanted in VIEWS else "kernels"
    view = st.segmented_control(
        "View",
        list(VIEWS),
        format_func=lambda key: VIEWS[key][0],
        default=wanted,
        required=True,
        key=f"view-{wanted}",
        label_visibility="collapsed",
    )
    if view != wanted:
        st.query_params["view"] = view
        st.rerun()
    keep("view", view, "kernels")
    return view


@st.fragment
@plainly
def draw(view: str, run: Run) -> None:
    """The view; a press inside it runs only this part again."""
    VIEWS[view][2](run)


def own_model_notes(run: Run) -> None:
    """What was added to an imported model, so that it fits."""
    if run.config.operations:
        st.caption(f"Made from {literal(run.config.parent or '')}: {literal(lab.made_by(run))}.")
    for note in run.config.imported.notes if run.config.imported else ():
        st.caption(literal(note))
    if run.network_file == run.tflite_file:
        st.caption(
            f"This run answers with its quantized file; shown is the network in full precision "
            f"that the file was written from, as in {literal(run.config.parent or '')}."
        )


header(TITLE, "What does a network see, layer by layer?")
try:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        left, right = st.container(width=420), st.container(width="content")
    with right:
        importing.bring()
    with left:
        chosen = pick_run("Run", lambda run: run.snapshots_dir.is_dir() or run.model_file.is_file())
    if chosen:
        own_model_notes(chosen)
        lab.warm_inside(chosen)
        view = choose_view()
        if view != "kernels":
            with st.spinner("Opening the network: the first time takes a few seconds"):
                lab.layers(chosen)
        draw(view, chosen)
        caption(VIEWS[view][1])
except LabError as error:
    show_error(error)
