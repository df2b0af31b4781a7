"""Four ways to look into one network: its layers, its costs, another beside it, its script."""

import streamlit as st

from cnnlab.plots import architectures as plots
from cnnlab.summary.questions import NetworkFigures
from pages.parts.architectures.compare import side_by_side
from pages.parts.architectures.setting import Setting
from pages.parts.shared.amounts import shape
from pages.parts.shared.plainly import cells


def layers(setting: Setting, figures: NetworkFigures) -> None:
    """The layer table with bars for each layer's share."""
    table = figures.table
    totals = table.totals
    rows = [
        {
            "layer": row.name,
            "type": row.type,
            "input": shape(row.input_shape),
            "output": shape(row.output_shape),
            "params": row.params,
            "params_share": _percent(row.params, totals.params),
            "macs": row.macs,
            "macs_share": _percent(row.macs, totals.macs),
            "weights": row.weight_bytes,
            "memory": row.activation_bytes,
            "field": _field(row.receptive_field),
            "formula": row.formula,
            "macs_formula": row.macs_formula,
        }
        for row in table.layers
    ]
    number, bar = st.column_config.NumberColumn, st.column_config.ProgressColumn
    st.dataframe(
        cells(rows),
        hide_index=True,
        key=f"layers-{setting.card.name}",
        height="content" if len(rows) <= 40 else 900,
        column_config={
            "layer": st.column_config.TextColumn("Layer", pinned=True),
            "type": "Type",
            "input": st.column_config.TextColumn("Input", help="Height × width × channels."),
            "output": st.column_config.TextColumn("Output", help="Height × width × channels."),
            "params": number("Parameters", format="localized"),
            "params_share": bar("of all", min_value=0, max_value=100, format="%.1f %%"),
            "macs": number("MACs", format="localized", help="For one picture."),
            "macs_share": bar("of all", min_value=0, max_value=100, format="%.1f %%"),
            "weights": number("Weight bytes", format="localized", help="Of its parameters."),
            "memory": number(
                "Output bytes",
                format="localized",
                help="Of its output, for one picture in float32.",
            ),
            "field": st.column_config.TextColumn(
                "Sees", help="Receptive field: pixels of the picture one output value depends on."
            ),
            "formula": st.column_config.TextColumn("Parameters, worked out", width="medium"),
            "macs_formula": st.column_config.TextColumn("MACs, worked out", width="medium"),
        },
    )
    st.caption(
        "One line a layer, in the order they run. The bars show where the whole sits: in many "
        "networks one dense layer holds nearly all parameters and the first convolutions do "
        "nearly all the computing. Scroll to the right for the arithmetic."
    )
    if not all(row.counted for row in table.layers):
        st.warning("This network has layers whose MACs the lab does not know; they show as 0.")


def costs(setting: Setting, figures: NetworkFigures) -> None:
    """Where parameters, computing and memory sit."""
    table = figures.table
    st.markdown("**Parameters and MACs**")
    st.plotly_chart(
        plots.shares(table.layers), key=f"shares-{setting.card.name}", theme="streamlit"
    )
    st.caption(
        "Parameters decide how large the file is, MACs how long an answer takes. They rarely sit "
        "in the same layers, so shrinking one may leave the other as it was."
    )
    st.markdown("**Memory and receptive field**")
    st.plotly_chart(plots.along(table.layers), key=f"along-{setting.card.name}", theme="streamlit")
    st.caption(
        "Maps shrink on the way while each value sees more of the picture. A receptive field "
        "smaller than the object means that no single value there has seen it whole."
    )


def script(setting: Setting, figures: NetworkFigures) -> None:
    """The network as a Keras script, to copy or download."""
    source = figures.script
    st.caption(
        "Exactly this network, knobs and all, without the lab: copy it into a notebook or run the "
        "file. The weights are fresh; a trained run has its own export."
    )
    st.download_button(
        "Download the script",
        source,
        file_name=f"{setting.card.name}.py",
        mime="text/x-python",
        icon=":material/download:",
        key=f"download-{setting.card.name}",
        on_click="ignore",
    )
    st.code(source, language="python", height="content" if source.count("\n") < 60 else 700)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _field(sides: tuple[int, int]) -> str:
    return str(sides[0]) if sides[0] == sides[1] else f"{sides[0]}×{sides[1]}"


SIDE_BY_SIDE, SCRIPT = "Side by side", "Keras script"
VIEWS = {
    "Layers": layers,
    "Where it sits": costs,
    SIDE_BY_SIDE: side_by_side,
    SCRIPT: script,
}
