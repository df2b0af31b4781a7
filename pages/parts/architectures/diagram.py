"""A network's diagram: the SVG of the plots, scrollable, with blocks one can press."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from cnnlab.plots import architectures as plots
from cnnlab.summary import Summary

_HERE = Path(__file__).parent
_drawing = st.components.v2.component(
    "cnnlab_diagram",
    html='<div class="frame" data-part="frame" tabindex="0"></div>',
    css=(_HERE / "diagram.css").read_text(),
    js=(_HERE / "diagram.js").read_text(),
)


def diagram(summary: Summary, key: str, beside: Sequence[Summary] = ()) -> str | None:
    """Draw a network to scale; returns the name of the block last pressed, if any.

    Networks it is looked at `beside`, earlier or now, are drawn on the same scale.
    """
    together = [(each.layers, each.input_shape) for each in (summary, *beside)]
    svg = plots.diagram(summary.layers, summary.input_shape, plots.scale_of(*together))
    picked = (st.session_state.get(key) or {}).get("picked")
    drawn = hashlib.sha256(svg.encode()).hexdigest()[:16]
    return _drawing(
        key=key,
        data={"svg": svg, "drawn": drawn, "picked": picked},
        default={"picked": None},
        on_picked_change=lambda: None,
    ).picked


def legend() -> None:
    """The colors of the blocks, in words and marks."""
    marks = " ".join(
        f'<span style="white-space:nowrap;margin-right:14px"><span style="display:inline-block;'
        f'width:11px;height:11px;border-radius:2px;background:{color};margin-right:5px"></span>'
        f"{kind}</span>"
        for kind, color in plots.legend().items()
    )
    st.html(f'<div style="font-size:0.85rem;opacity:0.85">{marks}</div>')
