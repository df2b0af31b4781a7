"""The camera of the reader's device; over plain http, where there is none, its own camera app."""

from pathlib import Path

import streamlit as st

from pages.parts.shared import outbox

_HERE = Path(__file__).parent
_camera = st.components.v2.component(
    "cnnlab_camera",
    html="""<div data-part="live">
        <video data-part="video" muted playsinline aria-label="What the camera sees"></video>
        <div class="row">
            <button type="button" data-part="hold" disabled>Hold to take pictures</button>
            <button type="button" data-part="turn" hidden>Other camera</button>
        </div>
    </div>
    <div data-part="plain" hidden>
        <label>Take a photo
            <input type="file" accept="image/*" capture="environment" data-part="file">
        </label>
    </div>
    <p data-part="message" role="status"></p>""",
    css=(_HERE / "camera.css").read_text(),
    js=outbox.SCRIPT + (_HERE / "camera.js").read_text(),
)


def photographed(key: str) -> list[bytes]:
    """The pictures taken since the last rerun, encoded as JPEG."""
    return outbox.pictures(_camera, key)
