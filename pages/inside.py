"""Inside: the kernels a run has learned, beside what it started from."""

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.visualization import kernels
from pages.parts.picker import pick_run

MOMENT_NAMES = {"initial": "before training", "final": "best epoch"}


def choose_layer(run) -> str:
    """The layer to look at, kept in the address."""
    layers = lab.kernel_layers(run)
    wanted = st.query_params.get("layer")
    index = layers.index(wanted) if wanted in layers else 0
    layer = st.selectbox(
        "Convolution layer",
        layers,
        index=index,
        key=f"layer-{run.name}",
        help="The first layer looks at the picture itself; later ones look at feature maps.",
    )
    st.query_params["layer"] = layer
    return layer


def choose_moment(run) -> str:
    """A moment of the training: the slider replays how the kernels came to be."""
    moments = kernels.moments(run)
    if len(moments) == 1:
        return moments[0]
    return st.select_slider(
        "Moment of the training",
        moments,
        value=moments[-1],
        key=f"moment-{run.name}",
        format_func=lambda moment: MOMENT_NAMES.get(moment, f"epoch {moment}"),
        help="Slide from the random start to the best epoch and watch the kernels take shape.",
    )


def show(run) -> None:
    """Two galleries side by side: the start and the chosen moment."""
    left, middle, right = st.columns(3)
    with left:
        layer = choose_layer(run)
    with middle:
        moment = choose_moment(run)
    whole = kernels.read(run, layer, moment)
    with right:
        channel = choose_channel(whole)
    page = choose_page(whole)
    shared = st.toggle(
        "One color scale for all kernels",
        value=True,
        key="shared",
        help="On: compare strengths. Off: every kernel uses the whole scale; see its shape.",
    )
    view = lab.kernel_page(run, layer, moment, channel, page, shared)
    st.caption(
        f"{view.filters} filters of {whole.values.shape[0]}x{whole.values.shape[1]} weights, each "
        f"reading {view.reads} channel{'s' if view.reads > 1 else ''}. Blue weights let a bright "
        f"spot raise the output, red ones lower it. {view.sentence}"
    )
    before, after = st.columns(2)
    with before:
        st.markdown("**Before training**: random numbers")
        st.plotly_chart(view.before, key="kernels-before")
    with after:
        st.markdown(f"**{MOMENT_NAMES.get(moment, f'Epoch {moment}').capitalize()}**")
        st.plotly_chart(view.after, key="kernels-after")
    st.write(
        "Look for edges (blue beside red), blobs (one color in the middle) and kernels that "
        "hardly changed: those may be doing no work."
    )


def choose_channel(whole) -> int:
    """Which input channel's slice to show; a first layer on gray pictures has only one."""
    channels = whole.values.shape[2]
    if channels == 1:
        return 0
    return st.number_input(
        "Input channel",
        0,
        channels - 1,
        0,
        key=f"channel-{whole.layer}",
        help="A filter has one kernel for every channel it reads; this picks the channel.",
    )


def choose_page(whole) -> int:
    """Which part of a wide layer; narrow ones fit at once."""
    pages = -(-whole.filters // lab.KERNELS_A_PAGE)
    if pages == 1:
        return 0
    return st.number_input("Part", 1, pages, 1, key=f"page-{whole.layer}") - 1


st.title("Inside")
st.write("A convolution slides small grids of weights over the picture. These are the grids.")
try:
    chosen = pick_run("Run", lambda run: run.snapshots_dir.is_dir())
    if chosen:
        show(chosen)
except LabError as error:
    st.error(str(error))
