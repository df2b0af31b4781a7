"""A convolution in slow motion: its window slides over the map it reads, and the output grows."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from cnnlab.visualization.arithmetic.explanation import Explanation

MOST_VALUES = 16_384  # of a map; more would be too small to be followed
_HERE = Path(__file__).parent
_sliding = st.components.v2.component(
    "cnnlab_slow_motion",
    html='<div class="slow" data-part="slow"></div>',
    css=(_HERE / "slow_motion.css").read_text(),
    js=(_HERE / "slow_motion.js").read_text(),
)


def slow_motion(explanation: "Explanation") -> bool:
    """Draw it where the value comes from a convolution over a map; whether it does."""
    film = _film(explanation)
    if film is None:
        return False
    _sliding(key="slow-motion", data=film)
    return True


def _film(explanation: "Explanation") -> dict[str, Any] | None:
    """All that the browser needs to slide by itself."""
    stage, given = explanation.stages[0], explanation.given
    if given is None or stage.window is None or stage.stride is None or not stage.steps:
        return None
    share = next((s for s in stage.steps[0].shares if s.channel == explanation.channel), None)
    sizes = given.size, explanation.map.size
    if share is None or max(sizes) > MOST_VALUES or explanation.map.ndim != 2:
        return None
    height, width = share.weights.shape
    rows, columns = stage.window
    down, across = stage.stride
    apart = (rows.length - 1) // max(1, height - 1), (columns.length - 1) // max(1, width - 1)
    return {
        "given": given.tolist(),
        "made": explanation.map.tolist(),
        "kernel": share.weights.tolist(),
        "stride": [down, across],
        "before": [stage.place[0] * down - rows.first, stage.place[1] * across - columns.first],
        "dilation": list(apart),
        "start": [stage.place[0], stage.place[1]],
        "reads": f"map {explanation.channel} of {stage.reads[0] or 'the picture'}",
        "others": len(stage.steps[0].shares) - 1,
        "makes": f"map {stage.place[-1]} of {explanation.stages[-1].layer}",
    }
