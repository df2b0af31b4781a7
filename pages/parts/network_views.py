"""Four ways to look into one network: its layers, its costs, another beside it, its script."""

import streamlit as st

from cnnlab import lab
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.plots import architectures as plots
from pages.parts.amounts import count, shape, size
from pages.parts.diagram import diagram


def layers(setting, table, layer_table) -> None:
    """The layer table with bars for each layer's share."""
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
        rows,
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


def costs(setting, table, layer_table) -> None:
    """Where parameters, computing and memory sit."""
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


def side_by_side(setting, table, layer_table) -> None:
    """A second network beside this one, and where they differ."""
    names = [card.name for card in sorted(ARCHITECTURES, key=lambda card: card.params)]
    asked = st.query_params.get("with")
    first = asked if asked in names else _neighbor(setting, names)
    other = st.selectbox(
        "Compare with",
        names,
        index=names.index(first),
        format_func=lambda name: f"{ARCHITECTURES[name].title} ({ARCHITECTURES[name].params:,})",
        key=f"with-{setting.card.name}",
        help="The other network with its knobs as in the source, at the same input if it fits. "
        "Choose the same network to see what your knobs changed.",
    )
    st.query_params["with"] = other
    card = ARCHITECTURES[other]
    usual = {knob.name: knob.default for knob in card.knobs}
    try:
        right = layer_table(other, usual, setting.input_shape, setting.classes)
    except LabError as error:
        st.caption(f"{error} It is shown at its own input, {shape(card.input_shape)}.")
        right = layer_table(other, usual, card.input_shape, card.classes)
    left_title = f"{setting.card.title}, as set" if setting.changed else setting.card.title
    _totals(table, right, left_title, card.title)
    st.markdown(f"**{card.title}**")
    diagram(right, key=f"diagram-with-{other}")
    _line_by_line(setting.card.name, table, right, left_title, card.title)


def _totals(left, right, left_title: str, right_title: str) -> None:
    """Both networks as a whole, and how many times larger the second is."""
    lines = (
        ("Parameters", "params", count),
        ("MACs", "macs", count),
        ("Peak memory", "peak_activation_bytes", size),
        ("Weights, float32", "file_bytes", size),
        ("Weights, 8 bit", "file_bytes_int8", size),
    )
    rows = [
        {
            "what": what,
            "left": form(getattr(left.totals, name)),
            "right": form(getattr(right.totals, name)),
            "times": getattr(right.totals, name) / max(1, getattr(left.totals, name)),
        }
        for what, name, form in lines
    ]
    rows.append(
        {
            "what": "Layers",
            "left": str(len(left.layers)),
            "right": str(len(right.layers)),
            "times": len(right.layers) / len(left.layers),
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        key="compared",
        column_config={
            "what": "",
            "left": left_title,
            "right": f"{right_title} (second)",
            "times": st.column_config.NumberColumn("Second / first", format="%.3g×"),
        },
    )


def _line_by_line(name: str, left, right, left_title: str, right_title: str) -> None:
    """Both layer tables on common lines, equal layers facing each other."""
    only = st.toggle(
        "Only differences",
        key=f"only-{name}",
        help="Hides the lines on which both networks have the same layer.",
    )
    pairs = lab.layer_differences(left, right)
    rows = [
        {"mark": "=" if pair.same else "≠", **_cells("left", pair.left)}
        | _cells("right", pair.right)
        for pair in pairs
        if not (only and pair.same)
    ]
    same = sum(pair.same for pair in pairs)
    if rows:
        number = st.column_config.NumberColumn
        st.dataframe(
            rows,
            hide_index=True,
            key=f"pairs-{name}",
            height="content" if len(rows) <= 40 else 900,
            column_config={
                "mark": st.column_config.TextColumn("", width="small"),
                "left_layer": left_title,
                "left_output": "Output",
                "left_params": number("Parameters", format="localized"),
                "right_layer": f"{right_title} (second)",
                "right_output": "Output ",
                "right_params": number("Parameters ", format="localized"),
            },
        )
    st.caption(
        f"{same} of {len(pairs)} lines are the same layer in both: same type, output and "
        f"parameters. ≠ marks a changed layer, or one the other network does not have."
    )


def _cells(side: str, row) -> dict:
    """One network's half of a line; empty where it has no layer."""
    return {
        f"{side}_layer": f"{row.name} ({row.type})" if row else None,
        f"{side}_output": shape(row.output_shape) if row else None,
        f"{side}_params": row.params if row else None,
    }


def _neighbor(setting, names: list[str]) -> str:
    """What to compare with at first: the source's own version, else the next larger network."""
    if setting.changed:
        return setting.card.name
    here = names.index(setting.card.name)
    return names[here + 1] if here + 1 < len(names) else names[here - 1]


def script(setting, table, layer_table) -> None:
    """The network as a Keras script, to copy or download."""
    source = _source(setting.card.name, setting.knobs, setting.input_shape, setting.classes)
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


@st.cache_data(max_entries=100, show_spinner="Writing the script ...")
def _source(name: str, knobs: dict, input_shape: tuple, classes: int) -> str:
    return lab.network_script(name, knobs, input_shape, classes)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _field(sides: tuple[int, int]) -> str:
    return str(sides[0]) if sides[0] == sides[1] else f"{sides[0]}×{sides[1]}"


VIEWS = {
    "Layers": layers,
    "Where it sits": costs,
    "Side by side": side_by_side,
    "Keras script": script,
}
