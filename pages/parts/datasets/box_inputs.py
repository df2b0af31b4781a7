"""The ways into a class box that a browser's own page part needs: the pad and the clipboard."""

from pathlib import Path

import streamlit as st

from pages.parts.shared import outbox
from pages.parts.shared.canvas import PAD_SCRIPT

_HERE = Path(__file__).parent
_pad = st.components.v2.component(
    "cnnlab_box_pad",
    html="""<div class="desk">
        <div class="frame">
            <canvas data-part="pad" tabindex="0" role="application" width="1" height="1"
                aria-label="Drawing pad, white ink on black. Draw with mouse, finger or pen. By
                keyboard: arrow keys move, with shift farther; space or enter puts the pen down and
                lifts it; E toggles the eraser; Control Z undoes; Delete clears."></canvas>
            <div class="hint" data-part="hint" aria-hidden="true">Draw here</div>
        </div>
        <div class="tools" role="toolbar" aria-label="Drawing tools">
            <button type="button" class="add" data-part="add" disabled>Add</button>
            <button type="button" data-part="undo" title="Undo (Ctrl+Z)">Undo</button>
            <button type="button" data-part="eraser" title="Eraser (E)"
                aria-pressed="false">Eraser</button>
            <button type="button" data-part="clear" title="Clear (Delete)">Clear</button>
        </div>
        <p data-part="added" role="status"></p>
        <div class="quiet" data-part="message" aria-live="polite"></div>
    </div>""",
    css=(_HERE / "box_pad.css").read_text(),
    js=PAD_SCRIPT.read_text() + outbox.SCRIPT + (_HERE / "box_pad.js").read_text(),
)
_paste = st.components.v2.component(
    "cnnlab_paste_box",
    html='<button type="button">Paste a picture</button> <span role="status"></span>',
    css=(_HERE.parent / "shared" / "paste.css").read_text(),
    js=outbox.SCRIPT + (_HERE / "paste_box.js").read_text(),
)


def drawn(key: str) -> list[str]:
    """The rasters of the drawings added since the last rerun, as the pad sends them."""
    return outbox.texts(_pad, key)


def pasted(key: str) -> list[bytes]:
    """The pictures pasted since the last rerun."""
    return outbox.pictures(_paste, key)
