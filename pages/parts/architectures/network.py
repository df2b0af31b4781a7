"""One network: what was published, its knobs, its diagram, and what each layer costs."""

from collections.abc import Callable

import streamlit as st

from cnnlab import datasets
from cnnlab.architectures import ArchitectureCard
from cnnlab.summary import Summary, Totals
from cnnlab.summary.questions import NetworkFigures
from pages.parts.architectures.compare import partner
from pages.parts.architectures.diagram import diagram, legend
from pages.parts.architectures.setting import Setting, read_setting, remember
from pages.parts.architectures.views import SCRIPT, SIDE_BY_SIDE, VIEWS
from pages.parts.shared.amounts import count, shape, size
from pages.parts.shared.layer_table import network_figures
from pages.parts.shared.links import keep, link
from pages.parts.shared.plainly import cells

FIGURES: tuple[tuple[str, str, Callable[[int], str], str], ...] = (
    ("Parameters", "params", count, "All numbers the model stores."),
    (
        "MACs",
        "macs",
        count,
        "Multiplications with their addition for one picture. Convolutions and dense layers "
        "count; biases, pooling, activations and normalization do not.",
    ),
    (
        "Peak memory",
        "peak_activation_bytes",
        size,
        "The most that maps between layers need at once, for one picture in float32, when layers "
        "run one after another. Weights come on top.",
    ),
    (
        "In 32 bits",
        "file_bytes",
        size,
        "4 bytes for each number left once batch-norm is folded; a file adds a few KiB.",
    ),
    (
        "In 8 bits",
        "file_bytes_int8",
        size,
        "After quantization: 1 byte for each weight, 4 for each bias.",
    ),
)


def network(card: ArchitectureCard) -> None:
    """Draw the page of one network.

    Raises:
        LabError: a setting no network can have; the controls stay, the sentence follows.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link("architectures", "All networks", ":material/arrow_back:")
        st.subheader(card.title, anchor=False, width="content")
        st.space("stretch")
        onward = st.container(width="content")
    with st.container(key="network"):  # on a phone its figures come first
        left, right = st.columns([3, 8], gap="medium")
    with left:
        setting = read_setting(card)
    remember(setting)
    with onward:
        _train(setting)
    names, key = list(VIEWS), f"view-{card.name}"
    asked = st.query_params.get("view")
    first = asked if asked in names else names[0]
    with right:
        # The view's control stands further down; what was chosen there is known already.
        figures = _figures(setting, st.session_state.get(key) or first)
        _totals(figures.table, figures.source.totals)
        _drawn(card, figures.table, figures.source)
    view = st.segmented_control("Look at", names, default=first, key=key, required=True)
    keep("view", view, names[0])
    VIEWS[view](setting, figures)
    _origin(card)


def _drawn(card: ArchitectureCard, table: Summary, source: Summary) -> None:
    """The diagram, and the arithmetic of the block last pressed."""
    picked = diagram(table, key=f"diagram-{card.name}", beside=[source])
    legend()
    st.caption(
        "From the picture on the left to the classes on the right. A block's height and depth are "
        "the height and width of its maps, its breadth the number of channels; thin bars are "
        "vectors. Below: name, output, parameters. The scale is that of the network before you "
        "turned a knob: halve the width and see every block become half as broad. Press a block "
        "to see its arithmetic."
    )
    _arithmetic(table, picked)


def _origin(card: ArchitectureCard) -> None:
    """Words, source, and the published figures beside our own count."""
    st.markdown("#### Where it comes from")
    st.markdown(card.description)
    st.caption(f"Source: [{card.source}]({card.url}). Our name for it: `{card.name}`.")
    rows = [
        {
            "on": figure.dataset,
            "published": figure.params,
            "ours": figure.rebuilt or (card.params if figure.input_shape is None else None),
            "accuracy": figure.accuracy,
            "note": figure.note,
        }
        for figure in card.published
    ]
    if rows:
        st.dataframe(
            cells(rows),
            hide_index=True,
            key=f"published-{card.name}",
            column_config={
                "on": "Published for",
                "published": st.column_config.NumberColumn(
                    "Parameters, published", format="localized"
                ),
                "ours": st.column_config.NumberColumn(
                    "Parameters, counted here",
                    format="localized",
                    help="All numbers the model stores, with batch-norm's moving statistics.",
                ),
                "accuracy": st.column_config.NumberColumn(
                    "Test accuracy, published", format="percent"
                ),
                "note": st.column_config.TextColumn("Note", width="large"),
            },
        )
    if card.contradiction:
        st.info(
            f"Where the source contradicts itself: {card.contradiction}", icon=":material/rule:"
        )


def _figures(setting: Setting, view: str) -> NetworkFigures:
    """All that the view shows, asked at once."""
    network = setting.card.name, setting.knobs, setting.input_shape, setting.classes
    beside = partner(setting) if view == SIDE_BY_SIDE else ""
    return network_figures(*network, setting.changed, beside, view == SCRIPT)


def _totals(table: Summary, usual: Totals) -> None:
    """The network as a whole; what the knobs changed in percent of the source's network."""
    totals = table.totals

    with st.container(horizontal=True, border=True, gap="small", key="figures"):
        for label, name, form, text in FIGURES:
            now, before = getattr(totals, name), getattr(usual, name)
            delta = f"{now / before - 1:+.1%}" if now != before and before else None
            st.metric(label, form(now), delta, "inverse", help=text, width=118)
    st.caption(
        f"{totals.trainable_params:,} parameters are trained, {totals.non_trainable_params:,} are "
        f"not; {totals.params_batchnorm_folded:,} are left at inference, once batch-norm is folded "
        f"into the layers before it. {len(table.layers)} layers; each class score "
        f"depends on {max(max(row.receptive_field) for row in table.layers)} pixels across."
    )


def _train(setting: Setting) -> None:
    """On to the training of exactly this network."""
    query = {name: str(value) for name, value in setting.turned.items()}
    if setting.card.datasets:
        query["dataset"] = datasets.stand_in(setting.card.datasets[0])
    link(
        "train",
        "Train this network",
        ":material/play_arrow:",
        architecture=setting.card.name,
        **query,
    )


def _arithmetic(table: Summary, picked: str | None) -> None:
    """How the parameters and MACs of the block last pressed come about."""
    row = next((row for row in table.layers if row.name == picked), None)
    if row is None:
        return
    with st.container(border=True):
        st.markdown(f"**{row.name}** ({row.type}): {shape(row.input_shape)} → "
                    f"{shape(row.output_shape)}")  # fmt: skip
        if row.formula:
            st.markdown(f"Parameters: `{row.formula}`. Every factor is a side of an array.")
        if row.macs_formula:
            st.markdown(f"MACs: `{row.macs_formula}`. The kernel's products at every place.")
        high, wide = row.receptive_field
        st.markdown(
            f"One value of its output sees {high}×{wide} pixels of the picture and the output "
            f"takes {size(row.activation_bytes)}."
        )
