"""The pictures in a class box, small, each with a way to take it out again."""

from pathlib import Path

import streamlit as st

from cnnlab import datasets
from cnnlab.errors import LabError
from pages.parts.shared.plainly import show_error

_HERE = Path(__file__).parent
SHOWN = 24
_tiles = st.components.v2.component(
    "cnnlab_thumbnails",
    html='<ul data-part="grid"></ul>',
    css=(_HERE / "thumbnails.css").read_text(),
    js=(_HERE / "thumbnails.js").read_text(),
)


def show_thumbnails(folder: Path, key: str, label: str, writable: bool) -> None:
    """The newest pictures of a box first; all of them once the reader asks."""
    place = f"thumbnails-{folder.name}-{key}"
    names = datasets.pictures_of(folder, key)
    if not names:
        return
    everything = bool(st.session_state.get(f"all-{place}"))
    shown = names if everything else names[:SHOWN]
    pictures = [{"name": n, "source": datasets.thumbnail(folder, key, n)} for n in shown]
    _tiles(
        key=place,
        data={"pictures": pictures, "label": label, "writable": writable},
        default={"removed": None},
        on_removed_change=lambda: _remove(folder, key, place),
    )
    if len(names) > SHOWN:
        st.toggle(f"All {len(names):,} pictures", key=f"all-{place}")


def _remove(folder: Path, key: str, place: str) -> None:
    removed = (st.session_state.get(place) or {}).get("removed")
    try:
        for name in removed if isinstance(removed, list) else ():
            datasets.remove_picture(folder, key, str(name))
    except LabError as error:
        show_error(error)
