"""The drawing pad: the browser draws, Python receives a grey raster after every stroke."""

from pathlib import Path

import streamlit as st

from cnnlab import images
from cnnlab.plots import predict

SIDE = 140  # pixels of the raster that canvas.js sends
_HERE = Path(__file__).parent
_pad = st.components.v2.component(
    "cnnlab_canvas",
    html=(_HERE / "canvas.html").read_text(),
    css=(_HERE / "canvas.css").read_text() + predict.STYLE,
    js=(_HERE / "canvas.js").read_text(),
)


def drawn(key: str):
    """What is on the pad `key`: uint8 `(side, side)`, white ink on black, all 0 while blank.

    Raises:
        LabError: the browser sent something that is no drawing.
    """
    return images.read_canvas(_sent(key).get("raster"), SIDE)


def canvas(key: str, board: str | None = None):
    """A drawing pad; its strokes stay in the browser's tab, through page switches too.

    Args:
        key: The widget's key.
        board: HTML to show beside the pad, made of what was `drawn`. It travels with the pad
            itself, which is the shortest way from a stroke to an answer on the screen.

    Returns:
        As `drawn`.

    Raises:
        LabError: as `drawn`.
    """
    known = bool(_sent(key).get("raster"))
    _pad(
        key=key,
        data={"key": key, "known": known, "board": board},
        default={"drawing": None},
        on_drawing_change=lambda: None,
    )
    return drawn(key)


def _sent(key: str) -> dict:
    return (st.session_state.get(key) or {}).get("drawing") or {}
