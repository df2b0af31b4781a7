"""The kernels of a run: at the start, at any moment of the training, at the end."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import images
from cnnlab.plots import kernels as plots
from cnnlab.plots import maps
from cnnlab.runs import Run
from cnnlab.visualization.features import kernels
from pages.parts.shared.kept import kept, kept_figure
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import cells
from pages.parts.shared.tiles import Group, Tile, draw_tiles

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOMENT_NAMES = {"initial": "before training", "final": "best epoch"}
FLAGS = (
    "Dead: its norm is below 1 % of the layer's median. Twin: its weights point the same way as "
    "an earlier filter's (cosine of 0.98 or more), so the two do the same work."
)


def show(run: Run) -> None:
    """Two galleries side by side: the start and the chosen moment."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        layer = _choose_layer(run)
    moments = kernels.moments(run)
    with middle:
        moment = _choose_moment(run, moments)
    whole = kernels.read(run, layer, moment)
    with right:
        channel, page = _choose_channel(whole), _choose_page(whole)
        shared = st.toggle(
            "One color scale for all kernels",
            value=True,
            key="shared",
            help="On: compare strengths. Off: every kernel uses the whole scale; see its shape.",
        )
    key = (*kernels.stamp(run, moment), layer, channel, page)
    view = kept(key, lambda: kernels.part(run, layer, moment, channel, page))
    _galleries(view, (*key, shared), len(moments) > 1)
    _words(view)
    _numbers(view, key)


def _choose_layer(run: Run) -> str:
    """The layer to look at, kept in the address."""
    layers = kernels.layers(run)
    wanted = st.query_params.get("layer")
    layer = st.selectbox(
        "Convolution layer",
        layers,
        index=layers.index(wanted) if wanted in layers else 0,
        key=f"layer-{run.name}",
        help="The first layer looks at the picture itself; later ones look at feature maps.",
    )
    keep("layer", layer, layers[0])
    return layer


def _choose_moment(run: Run, moments: list[str]) -> str:
    """A moment of the training."""
    if len(moments) == 1:
        st.caption("Only the finished weights are known: this model was not trained here.")
        return moments[0]
    key = f"moment-{run.name}"
    if st.session_state.get(key) not in moments:
        st.session_state[key] = moments[-1]
    return st.select_slider(
        "Moment of the training",
        moments,
        key=key,
        format_func=_moment_name,
        help="Slide from the random start to the best epoch and watch the kernels take shape; "
        "Replay moves them by itself, with your picture.",
    )


def _moment_name(moment: str) -> str:
    return MOMENT_NAMES.get(moment, f"epoch {moment}")


def _choose_channel(whole: kernels.Kernels) -> int:
    """Which input channel's slice to show; a first layer on gray pictures has only one."""
    if whole.reads == 1 or whole.pointwise:
        return 0
    return st.number_input(
        f"Input channel (0 to {whole.reads - 1})",
        0,
        whole.reads - 1,
        0,
        key=f"channel-{whole.layer}",
        help="A filter has one kernel for every channel it reads; this picks the channel.",
    )


def _choose_page(whole: kernels.Kernels) -> int:
    """Which part of a wide layer; narrow ones fit at once."""
    pages = -(-whole.filters // kernels.A_PAGE)
    if pages == 1:
        return 0
    label = f"Part (1 to {pages}, {kernels.A_PAGE} filters each)"
    return st.number_input(label, 1, pages, 1, key=f"page-{whole.layer}", width=240) - 1


def _words(view: kernels.Part) -> None:
    """What kind of layer this is, in one or two sentences."""
    new = view.new
    height, width = new.values.shape[:2]
    reads = f"{new.reads} channel{'s' if new.reads > 1 else ''}"
    if new.pointwise:
        what = (
            f"{new.filters} filters of a single weight per channel (1x1), reading {reads}: they "
            "mix channels and cannot see shapes."
        )
    else:
        what = (
            f"{new.filters} filters of {height}x{width} weights, each reading {reads}. Blue "
            "weights let a bright spot raise the output, red ones lower it, white ones ignore it."
        )
    way = ""
    if view.old is not view.new and view.new.moment != view.old.moment:
        way = f" Training moved the layer by {view.moved:.0%} of its initial size."
    st.caption(what + way)


def _galleries(view: kernels.Part, key: tuple[Hashable, ...], trained_here: bool) -> None:
    """The start (where it is known) and the chosen moment; `key` ends in whether they share a
    scale."""
    scale = view.scale if key[-1] else None

    def draw(name: str, chosen: images.Array, whole: kernels.Kernels) -> None:
        figure = kept_figure((*key, name), lambda: _plot(view, chosen, whole, scale))
        st.plotly_chart(figure, key=f"kernels-{name}")

    before, after = st.columns(2) if trained_here else (None, st.container())
    if before:
        with before:
            st.markdown("**Before training**: random numbers")
            draw("before", view.before, view.old)
    with after:
        name = _moment_name(view.new.moment)
        st.markdown(f"**{name.capitalize()}**" if trained_here else "**As imported**")
        draw("after", view.after, view.new)
    if view.new.reads == 3 and not view.new.pointwise:
        _composites(view)
    if view.new.pointwise:
        look = "Look for rows that are pale throughout: a channel that no filter here listens to."
    else:
        look = (
            "Look for edges (blue beside red), blobs (one color in the middle) and kernels that "
            "hardly changed: those may be doing no work."
        )
    st.write(look)


def _plot(
    view: kernels.Part, chosen: images.Array, whole: kernels.Kernels, scale: float | None
) -> "go.Figure":
    if not whole.pointwise or whole.reads == 1:
        return plots.gallery(chosen, view.first, scale)
    some = slice(view.first, view.first + kernels.A_PAGE)
    return plots.mixer(whole.values[0, 0, :, some], view.first, scale)


def _composites(view: kernels.Part) -> None:
    """The three input channels at once, as color."""
    st.markdown("**As colors**: the red, green and blue weights of a filter in one picture")
    made = kernels.composite(view.new)[..., view.first : view.first + kernels.A_PAGE]
    height, width, _, count = made.shape
    sprite = maps.pictures(made.transpose(3, 0, 1, 2))
    names = [f"filter {view.first + i}" for i in range(count)]
    tiles = [Tile(i, str(i), names[i], str(view.first + i)) for i in range(count)]
    draw_tiles([Group(sprite, height, width, 44, 44, tiles)], "composites", pressable=False)
    st.caption(
        "Gray is zero. A filter that looks green likes green and dislikes its opposite; two "
        "colors side by side are a color edge."
    )


def _numbers(view: kernels.Part, key: tuple[Hashable, ...]) -> None:
    """Norms and flags of every filter, and how the weights are spread."""
    measures, trained_here = view.measures, view.old.moment != view.new.moment
    left, right = st.columns(2, gap="large")
    with left:
        counts = f"{len(measures.dead)} dead, {len(measures.duplicates)} twins"
        st.markdown(f"**Filters in numbers**: {counts}")
        columns = ("filter", "norm", "mean", "spread", "moved", "flag")
        st.dataframe(
            cells(view.table),
            hide_index=True,
            height=240,
            column_order=[name for name in columns if trained_here or name != "moved"],
            column_config={
                "filter": "Filter",
                "norm": st.column_config.NumberColumn("Norm", format="%.3f"),
                "mean": st.column_config.NumberColumn("Mean", format="%.3f"),
                "spread": st.column_config.NumberColumn("Spread", format="%.3f"),
                "moved": st.column_config.NumberColumn("Moved", format="percent"),
                "flag": "Flag",
            },
        )
        st.caption(FLAGS + " Sort by a column: which filter is the weakest?")
    with right:
        st.markdown("**How the layer's weights are spread**")
        name = _moment_name(view.new.moment) if trained_here else "as imported"
        moments = [(name, view.new.values)]
        if trained_here:
            moments.append(("before training", view.old.values))
        st.plotly_chart(kept_figure((*key, "spread"), lambda: plots.spread(moments)), key="spread")
        st.caption(
            "Training widens the bell: a few weights become large and do the work, many stay near "
            "zero and could be pruned away."
        )
