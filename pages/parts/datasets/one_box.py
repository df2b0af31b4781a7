"""One class box: its name, the ways to fill it, and what lies in it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from cnnlab import datasets, images, uploads
from cnnlab.errors import LabError
from cnnlab.prediction.board import PAD_SIDE
from cnnlab.schema import ClassBox
from pages.parts.datasets.box_inputs import drawn, pasted
from pages.parts.datasets.thumbnails import show_thumbnails
from pages.parts.shared.camera import photographed
from pages.parts.shared.pictures import KINDS
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.writing import may_write

NAMED = 3  # of the files that could not be read
WAYS = {
    "draw": ":material/draw: Draw",
    "files": ":material/image: Files",
    "folder": ":material/folder: Folder",
    "camera": ":material/photo_camera: Camera",
    "paste": ":material/content_paste: Paste",
}


def show_box(folder: Path, box: ClassBox, boxes: Sequence[ClassBox], count: int) -> None:
    """The box as a card; what was brought is kept at once, and the page drawn again."""
    with st.container(border=True, gap="small"):
        _heading(folder, box, count, len(boxes) > 1)
        warning = st.session_state.pop(f"warning-{folder.name}-{box.key}", "")
        if warning:
            st.warning(literal(warning))
        if may_write():
            _fill(folder, box, boxes)
        show_thumbnails(folder, box.key, box.label, may_write())


def _heading(folder: Path, box: ClassBox, count: int, removable: bool) -> None:
    place = f"{folder.name}-{box.key}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            f"Name of class {box.key}",
            box.label,
            key=f"label-{place}-{box.label}",
            max_chars=datasets.LABEL_LENGTH,
            label_visibility="collapsed",
            disabled=not may_write(),
            on_change=_rename,
            args=(folder, box),
        )
        st.caption(f"{count:,}", width="content")
        with st.popover("", icon=":material/delete:", disabled=not (may_write() and removable)):
            st.write(f"The class and its {count:,} pictures go for good.")
            st.button("Remove class", key=f"remove-{place}", on_click=_remove, args=(folder, box))


def _rename(folder: Path, box: ClassBox) -> None:
    written = str(st.session_state.get(f"label-{folder.name}-{box.key}-{box.label}", ""))
    try:
        datasets.rename_box(folder, box.key, written)
    except LabError as error:
        st.session_state[f"warning-{folder.name}-{box.key}"] = str(error)


def _remove(folder: Path, box: ClassBox) -> None:
    try:
        datasets.remove_box(folder, box.key)
    except LabError as error:
        show_error(error)


def _fill(folder: Path, box: ClassBox, boxes: Sequence[ClassBox]) -> None:
    """The ways in; one is open on the whole page, so that a paste knows where it belongs."""
    place = f"{folder.name}-{box.key}"
    way = st.pills(
        f"Add pictures of {box.label}",
        list(WAYS),
        format_func=WAYS.__getitem__,
        key=f"way-{place}",
        label_visibility="collapsed",
        on_change=_close_others,
        args=([f"way-{folder.name}-{one.key}" for one in boxes if one.key != box.key],),
    )
    if way:
        try:
            {"draw": _draw, "files": _files, "folder": _files}.get(way, _send)(folder, box, way)
        except LabError as error:
            show_error(error)


def _close_others(others: Sequence[str]) -> None:
    for name in others:
        if st.session_state.get(name):
            st.session_state[name] = None


def _draw(folder: Path, box: ClassBox, _: str) -> None:
    drawings = drawn(f"pad-{folder.name}-{box.key}")
    for raster in drawings:
        datasets.add_drawing(folder, box.key, images.read_canvas(raster, PAD_SIDE))
    if drawings:
        st.rerun()


def _send(folder: Path, box: ClassBox, way: str) -> None:
    """Photos and what was pasted."""
    bring: Callable[[str], list[bytes]] = photographed if way == "camera" else pasted
    sent = bring(f"{way}-{folder.name}-{box.key}")
    if sent:
        kept: datasets.Way = "camera" if way == "camera" else "paste"
        _keep(folder, box, [("The picture", data) for data in sent], kept)


def _files(folder: Path, box: ClassBox, way: str) -> None:
    """Files or all of a folder; the field is empty again once they are in the box."""
    turn_key = f"turn-{folder.name}-{box.key}"
    turn = st.session_state.get(turn_key, 0)
    files = st.file_uploader(
        f"Pictures of {box.label}",
        type=KINDS,
        accept_multiple_files="directory" if way == "folder" else True,
        key=f"{way}-{folder.name}-{box.key}-{turn}",
        max_upload_size=uploads.PICTURE_MB,
        label_visibility="collapsed",
    )
    if not files:
        return
    st.session_state[turn_key] = turn + 1
    if len(files) > datasets.MOST_PICTURES:
        sent = [(file.name, b"") for file in files]  # too many to be read: told as such
    else:
        sent = [(file.name, file.getvalue()) for file in files]
    _keep(folder, box, sent, "file")


def _keep(folder: Path, box: ClassBox, sent: list[tuple[str, bytes]], way: datasets.Way) -> None:
    """Put pictures into the box, with a count while it lasts; what went wrong is told above it."""
    bar = st.empty()

    def progress(done: int, total: int) -> None:
        if total > 5:
            bar.progress(done / total, f"{done:,} of {total:,} pictures")

    try:
        warning = _refusal(datasets.add_pictures(folder, box.key, sent, way, progress))
    except LabError as error:
        warning = str(error)
    if warning:
        st.session_state[f"warning-{folder.name}-{box.key}"] = warning
    st.rerun()


def _refusal(refused: Sequence[datasets.Refused]) -> str:
    """One sentence on the files that were not taken."""
    if not refused:
        return ""
    if len(refused) == 1:
        return f"{refused[0].name}: {refused[0].reason}"
    names = ", ".join(one.name for one in refused[:NAMED])
    more = f" and {len(refused) - NAMED:,} more" if len(refused) > NAMED else ""
    return f"{len(refused):,} files are no pictures that can be read: {names}{more}."
