"""A second network beside the first: totals, diagram, and the layers on common lines."""

import streamlit as st

from cnnlab.architectures import ARCHITECTURES
from cnnlab.summary import LayerRow, Summary, differences
from cnnlab.summary.questions import NetworkFigures
from pages.parts.architectures.diagram import diagram
from pages.parts.architectures.setting import Setting
from pages.parts.shared.amounts import count, shape, size
from pages.parts.shared.plainly import cells, literal


def partner(setting: Setting) -> str:
    """The second network's name: as chosen below, as in the address, or the next larger one."""
    chosen = st.session_state.get(f"with-{setting.card.name}") or st.query_params.get("with")
    return chosen if chosen in (names := _by_size()) else _neighbor(setting, names)


def _by_size() -> list[str]:
    return [card.name for card in sorted(ARCHITECTURES, key=lambda card: card.params)]


def side_by_side(setting: Setting, figures: NetworkFigures) -> None:
    """A second network beside this one, and where they differ."""
    names = _by_size()
    other = st.selectbox(
        "Compare with",
        names,
        index=names.index(partner(setting)),
        format_func=lambda name: f"{ARCHITECTURES[name].title} ({ARCHITECTURES[name].params:,})",
        key=f"with-{setting.card.name}",
        help="The other network with its knobs as in the source, at the same input if it fits. "
        "Choose the same network to see what your knobs changed.",
    )
    st.query_params["with"] = other
    card = ARCHITECTURES[other]
    if figures.misfit:
        own_input = shape(card.input_shape)
        st.caption(f"{literal(figures.misfit)} It is shown at its own input, {own_input}.")
    table, right = figures.table, figures.beside
    assert right is not None
    left_title = f"{setting.card.title}, as set" if setting.changed else setting.card.title
    _totals(table, right, left_title, card.title)
    for name, title, one, two in (
        (f"left-of-{other}", left_title, table, right),
        (other, card.title, right, table),
    ):
        st.markdown(f"**{title}**")
        diagram(one, key=f"diagram-with-{name}", beside=[two])
    st.caption("Both on one scale: a broader block has more channels, a taller one larger maps.")
    _line_by_line(setting.card.name, table, right, left_title, card.title)


def _totals(left: Summary, right: Summary, left_title: str, right_title: str) -> None:
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
        cells(rows),
        hide_index=True,
        key="compared",
        column_config={
            "what": "",
            "left": left_title,
            "right": f"{right_title} (second)",
            "times": st.column_config.NumberColumn("Second / first", format="%.3g×"),
        },
    )


def _line_by_line(
    name: str, left: Summary, right: Summary, left_title: str, right_title: str
) -> None:
    """Both layer tables on common lines, equal layers facing each other."""
    only = st.toggle(
        "Only differences",
        key=f"only-{name}",
        help="Hides the lines on which both networks have the same layer.",
    )
    pairs = differences(left, right)
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
            cells(rows),
            hide_index=True,
            key=f"pairs-{name}",
            placeholder="",
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


def _cells(side: str, row: LayerRow | None) -> dict[str, str | int | None]:
    """One network's half of a line; empty where it has no layer."""
    return {
        f"{side}_layer": f"{row.name} ({row.type})" if row else None,
        f"{side}_output": shape(row.output_shape) if row else None,
        f"{side}_params": row.params if row else None,
    }


def _neighbor(setting: Setting, names: list[str]) -> str:
    """What to compare with at first: the source's own version, else the next larger network."""
    if setting.changed:
        return setting.card.name
    here = names.index(setting.card.name)
    return names[here + 1] if here + 1 < len(names) else names[here - 1]
