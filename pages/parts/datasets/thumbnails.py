"""The pictures in a class box, small, each with a way to take it out again."""

from pathlib import Path

import streamlit as st

from cnnlab import datasets
from pages.parts.shared.writing import may_write

_HERE = Path(__file__).parent
SHOWN = 24
_tiles = st.components.v2.component(
    "cnnlab_thumbnails",
    html='<ul data-part="grid"></ul>',
    css=(_HERE / "thumbnails.css").read_text(),
    js=(_HERE / "thumbnails.js").read_text(),
)


def take_out(folder: Path, key: str) -> None:
    """Delete the pictures of a box whose buttons were pressed; before the boxes are counted."""
    removed = (st.session_state.get(_place(folder, key)) or {}).get("removed")
    wanted = set(map(str, removed)) if isinstance(removed, list) else set()
    if not wanted or not may_write():
        return
    for name in wanted.intersection(datasets.pictures_of(folder, key)):
        datasets.remove_picture(folder, key, name)


def _place(folder: Path, key: str) -> str:
    return f"thumbnails-{folder.name}-{key}"


def show_thumbnails(folder: Path, key: str, label: str, writable: bool) -> None:
    """The newest pictures of a box first; all of them once the reader asks."""
    place = _place(folder, key)
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
        on_removed_change=lambda: None,
    )
    if len(names) > SHOWN:
        st.toggle(f"All {len(names):,} pictures", key=f"all-{place}")
