"""Pictures the reader brings: files, the clipboard, the camera."""

import base64
from pathlib import Path

import streamlit as st

MAX_PICTURES = 12
MAX_MB = 20
KINDS = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif"]
HOW = {"crop": "Crop", "pad": "Pad"}
INK = {"auto": "Look for it", "dark": "Dark on light", "light": "Light on dark"}

_HERE = Path(__file__).parent
_paste = st.components.v2.component(
    "cnnlab_paste",
    html='<button type="button">Paste a picture</button> <span role="status"></span>',
    css=(_HERE / "paste.css").read_text(),
    js=(_HERE / "paste.js").read_text(),
)


def uploaded() -> list[tuple[str, bytes]]:
    """`(name, bytes)` of every chosen file and of what was pasted, newest paste first."""
    files = st.file_uploader(
        "Pictures",
        type=KINDS,
        accept_multiple_files=True,
        key="upload",
        max_upload_size=MAX_MB,
        help="Several at once are fine. A phone's photo of a digit on paper works, too.",
    )
    pictures = [*pasted(), *((file.name, file.getvalue()) for file in files)]
    if len(pictures) > MAX_PICTURES:
        st.info(f"The first {MAX_PICTURES} of {len(pictures)} pictures are shown.")
    return pictures[:MAX_PICTURES]


def pasted() -> list[tuple[str, bytes]]:
    """The picture from the clipboard, if one was pasted."""
    picture = _paste(key="paste", default={"picture": None}, on_picture_change=lambda: None).picture
    if not isinstance(picture, str):
        return []
    # What is no base64 decodes to something that is no picture, and is refused as such.
    return [("Pasted", base64.b64decode(picture.encode("ascii", "ignore") + b"=="))]


def photographed() -> list[tuple[str, bytes]]:
    """The photo taken last."""
    photo = st.camera_input(
        "Camera",
        key="camera",
        help="Hold the paper close, in even light; the digit should fill a good part of the photo.",
    )
    return [("Photo", photo.getvalue())] if photo else []


def options(preparations: set[str]) -> dict[str, str]:
    """How pictures are prepared, as far as the chosen models leave a choice."""
    chosen = {}
    with st.container(horizontal=True):
        if "picture" in preparations:
            chosen["how"] = st.segmented_control(
                "Fit to the network's proportions",
                list(HOW),
                format_func=HOW.get,
                default="crop",
                required=True,
                key="how",
                help="Crop keeps the middle; pad keeps everything and adds a border.",
            )
        if "digit" in preparations:
            chosen["ink"] = st.segmented_control(
                "Ink",
                list(INK),
                format_func=INK.get,
                default="auto",
                required=True,
                key="ink",
                help="MNIST is white on black; dark ink is inverted. Set it if the guess is wrong.",
            )
    return chosen
