"""The drawing pad: the browser draws, Python receives a grey raster after every stroke."""

from pathlib import Path

import streamlit as st

from cnnlab import images

SIDE = 140  # pixels of the raster that canvas.js sends
_HERE = Path(__file__).parent
_pad = st.components.v2.component(
    "cnnlab_canvas",
    html=(_HERE / "canvas.html").read_text(),
    css=(_HERE / "canvas.css").read_text(),
    js=(_HERE / "canvas.js").read_text(),
)


def canvas(key: str):
    """A drawing pad under `key`: uint8 `(side, side)`, white ink on black, all 0 while blank.

    Strokes stay in the browser's tab, through reruns, page switches and a reload.

    Raises:
        LabError: the browser sent something that is no drawing.
    """
    drawing = (st.session_state.get(key) or {}).get("drawing") or {}
    drawing = _pad(
        key=key,
        data={"key": key, "known": bool(drawing.get("raster"))},
        default={"drawing": None},
        on_drawing_change=lambda: None,
    ).drawing
    return images.read_canvas(drawing and drawing.get("raster"), SIDE)
