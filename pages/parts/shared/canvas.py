"""The drawing pad: the browser draws, Python receives a grey raster after every stroke."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from cnnlab import images
from cnnlab.plots import predict
from cnnlab.prediction.board import PAD_PATH, PAD_SIDE

_HERE = Path(__file__).parent
PAD_SCRIPT = _HERE / "pad.js"  # stands before the script of whatever has a pad
_pad = st.components.v2.component(
    "cnnlab_canvas",
    html=(_HERE / "canvas.html").read_text(),
    css=(_HERE / "canvas.css").read_text() + predict.STYLE,
    js=PAD_SCRIPT.read_text() + (_HERE / "canvas.js").read_text(),
)


@dataclass(frozen=True)
class Board:
    """What stands beside a pad and follows its strokes.

    Attributes:
        html: What is to be said of the pad's drawing.
        ticket: Of `board.ticket`: with it the pad asks the server itself after a stroke, which is
            the shortest way to an answer on the screen, and the page a moment later.
    """

    html: str
    ticket: str


def sent(key: str) -> dict[str, Any]:
    """What the pad `key` sent last: `raster`, `turn`; empty while nothing was drawn."""
    return (st.session_state.get(key) or {}).get("drawing") or {}


def pad_address() -> str:
    """Where a pad asks the server itself."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}{PAD_PATH}" if base else PAD_PATH


def canvas(key: str, board: Board | None = None) -> images.Array:
    """A drawing pad; its strokes stay in the browser's tab, through page switches too.

    Args:
        key: The widget's key.
        board: To show beside the pad, made of what was `sent`.

    Returns:
        uint8 `(side, side)`, white ink on black, all 0 while blank.

    Raises:
        LabError: the browser sent something that is no drawing.
    """
    _pad(
        key=key,
        data={
            "key": key,
            "turn": sent(key).get("turn"),
            "board": asdict(board) if board else None,
            "address": pad_address(),
        },
        default={"drawing": None},
        on_drawing_change=lambda: None,
    )
    return images.read_canvas(sent(key).get("raster"), PAD_SIDE)
