"""Pictures the reader brings: files, the clipboard, the camera."""

from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from cnnlab import images, uploads
from cnnlab.errors import LabError
from pages.parts.shared import camera
from pages.parts.shared.plainly import show_error

MAX_PICTURES = 12
KINDS = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif"]
HOW: dict[images.Fit, str] = {"crop": "Crop", "pad": "Pad"}
INK: dict[images.Tone, str] = {
    "auto": "Look for it",
    "dark": "Dark on light",
    "light": "Light on dark",
}

_HERE = Path(__file__).parent
_paste = st.components.v2.component(
    "cnnlab_paste",
    html='<button type="button">Paste a picture</button> <span role="status"></span>',
    css=(_HERE / "paste.css").read_text(),
    js=(_HERE / "paste.js").read_text(),
)


def uploaded(which: str = "") -> list[tuple[str, bytes]]:
    """`(name, bytes)` of every chosen file and of what was pasted, newest paste first.

    `which` keeps several of these on one page apart.
    """
    files = st.file_uploader(
        "Pictures",
        type=KINDS,
        accept_multiple_files=True,
        key=f"upload{which}",
        max_upload_size=uploads.PICTURE_MB,
        help="Several at once are fine. A phone's photo of a digit on paper works, too.",
    )
    pictures = [*pasted(which), *((file.name, file.getvalue()) for file in files)]
    if len(pictures) > MAX_PICTURES:
        st.info(f"The first {MAX_PICTURES} of {len(pictures)} pictures are shown.")
    return pictures[:MAX_PICTURES]


def pasted(which: str = "") -> list[tuple[str, bytes]]:
    """The picture from the clipboard, if one was pasted."""
    pasting = _paste(key=f"paste{which}", default={"picture": None}, on_picture_change=lambda: None)
    picture = pasting.picture
    if not isinstance(picture, str):
        return []
    try:
        return [("Pasted", images.from_base64(picture))]
    except LabError as error:
        show_error(error)
        return []


def photographed() -> list[tuple[str, bytes]]:
    """The photo taken last; over plain http by the device's own camera app."""
    if not _has_camera():
        taken = camera.photographed("camera-app")
        if taken:
            st.session_state["camera-app-kept"] = taken[-1]
        kept = st.session_state.get("camera-app-kept")
        return [("Photo", kept)] if kept else []
    photo = st.camera_input(
        "Camera",
        key="camera",
        help="Hold the paper close, in even light; the digit should fill a good part of the photo.",
    )
    return [("Photo", photo.getvalue())] if photo else []


def _has_camera() -> bool:
    """Whether browsers give this page a camera: over https, and on the machine itself."""
    address = urlsplit(st.context.url or "")
    return address.scheme != "http" or address.hostname in ("localhost", "127.0.0.1", "::1")


def options(preparations: set[str], which: str = "", narrow: bool = False) -> images.PrepareOptions:
    """How pictures are prepared, as far as the chosen models leave a choice.

    `which` keeps several of these on one page apart; in a `narrow` column they may wrap.
    """
    chosen: images.PrepareOptions = {}
    with st.container(horizontal=not narrow):
        if "picture" in preparations:
            chosen["how"] = st.segmented_control(
                "Fit to the network's proportions",
                list(HOW),
                format_func=HOW.__getitem__,
                default="crop",
                required=True,
                key=f"how{which}",
                help="Crop keeps the middle; pad keeps everything and adds a border.",
            )
        if "digit" in preparations:
            chosen["ink"] = st.segmented_control(
                "Ink",
                list(INK),
                format_func=INK.__getitem__,
                default="auto",
                required=True,
                key=f"ink{which}",
                help="MNIST is white on black; dark ink is inverted. Set it if the guess is wrong.",
            )
    return chosen
