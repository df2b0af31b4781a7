"""Class boxes: pictures gathered class by class, then one press that trains a network on them."""

from pathlib import Path

import streamlit as st

from cnnlab import datasets, lab
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from pages.parts.datasets.one_box import show_box
from pages.parts.datasets.thumbnails import take_out
from pages.parts.shared.browser_key import keys
from pages.parts.shared.links import go
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import called, reader_name, sign_dataset
from pages.parts.shared.writing import WHY_NOT, may_write, writing_button

COLUMNS = 3
KEPT_AS = {
    "digit": ("Drawings, 28x28 gray", datasets.DRAWINGS),
    "picture": ("Photos, 64x64 color", datasets.PHOTOS),
}


def class_boxes() -> None:
    """The browser's collections: one of them with its boxes, or how to begin."""
    found = lab.own_collections(keys())
    if not found:
        _begin()
        return
    folder = _choose(found)
    try:
        _collection(folder)
    except LabError as error:
        show_error(error)
        _delete(folder)


def _begin() -> None:
    """What there is to do, where nothing is yet."""
    with st.container(border=True):
        st.markdown(
            "**Teach a network your own classes.** Give each class a box, fill it by drawing, "
            "photos, files or paste, and press *Train*: 5 pictures a class are the least, "
            "50 are better."
        )
        if writing_button(
            "Start with two classes", "start-boxes", type="primary", icon=":material/add_box:"
        ):
            _start()
        if not may_write():
            st.caption(WHY_NOT)
        st.caption(
            "What you bring stays on this server, seen by this browser alone, until you delete it "
            f"or leave it alone for {datasets.KEPT_DAYS} days. A dataset made of it is seen by "
            "everybody here."
        )


def _start() -> None:
    try:
        made = lab.start_collection(keys(), called())
    except LabError as error:
        show_error(error)
        return
    st.session_state["collection"] = made
    st.rerun()


def _choose(found: list[Path]) -> Path:
    """The collection to look at, where there are several."""
    if st.session_state.get("collection") not in found:
        st.session_state["collection"] = found[0]
    if len(found) == 1:
        return found[0]
    return st.selectbox("Collection", found, format_func=_words, key="collection", width=360)


def _words(folder: Path) -> str:
    try:
        labels = [box.label for box in datasets.read_record(folder).boxes]
        total = datasets.count_boxes(folder).total
    except LabError:
        return f"{folder.name} (damaged)"
    return f"{', '.join(labels) or 'no class'} ({total:,} pictures)"


def _collection(folder: Path) -> None:
    """Train above, the boxes below it."""
    record = datasets.read_record(folder)
    for box in record.boxes:
        take_out(folder, box.key)
    counted = datasets.count_boxes(folder)
    top = st.container()
    boxes = record.boxes
    for start in range(0, len(boxes) + 1, COLUMNS):
        row = st.columns(COLUMNS)
        for column, box in zip(row, boxes[start : start + COLUMNS], strict=False):
            with column:
                show_box(folder, box, boxes, counted.counts[box.key])
        if start + COLUMNS > len(boxes):
            with row[len(boxes) - start]:
                _add(folder)
    with top:
        _train(folder, counted)


def _add(folder: Path) -> None:
    if not writing_button("Add a class", "add-box", icon=":material/add:"):
        return
    try:
        datasets.add_box(folder)
    except LabError as error:
        show_error(error)
        return
    st.rerun()


def _train(folder: Path, counted: datasets.Counted) -> None:
    """How many there are, what they are kept as, and the one press."""
    place = folder.name
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.segmented_control(
            "Kept as",
            list(KEPT_AS),
            format_func=lambda kind: KEPT_AS[kind][0],
            default=counted.preparation[0],
            required=True,
            key=f"kept-{place}-{counted.preparation[0]}",
            help="Drawings are framed and centered as handwritten digits are; photos are cut to "
            "their middle square. The pad's pictures are drawings.",
        )
        pressed = writing_button(
            "Train",
            "train-boxes",
            disabled=bool(counted.missing),
            help=counted.missing or None,
            type="primary",
            icon=":material/play_arrow:",
            width=120,
        )
        only = writing_button("Only make the dataset", "make-boxes", disabled=bool(counted.missing))
        _manage(folder)
    way = KEPT_AS[kind][1]
    st.caption(literal(counted.missing) if counted.missing else _plan(counted, way))
    if counted.mixed:
        st.warning(counted.mixed)
    if pressed or only:
        _make(folder, way, pressed)


def _plan(counted: datasets.Counted, way: tuple[str, int, int]) -> str:
    """What the press does, in a sentence."""
    network, settings = lab.small_training(way[0], counted.total, counted.uneven)
    weights = ", and weights let every class count alike" if counted.uneven else ""
    return (
        f"{counted.total:,} pictures: a fifth of each class is kept apart for the test. "
        f"{ARCHITECTURES[network].title} learns for {settings['epochs']} epochs; every picture is "
        f"changed a little each time{weights}."
    )


def _make(folder: Path, way: tuple[str, int, int], train: bool) -> None:
    """Make the dataset; then to the training of it, or to its pictures."""
    bar = st.progress(0.0, "Reading the pictures")

    def progress(done: int, total: int) -> None:
        bar.progress(done / total, f"Reading the pictures: {done:,} of {total:,}")

    owner = called()
    try:
        if train:
            run = lab.train_collection(folder, way, owner, keys(), progress)
        else:
            made = lab.make_dataset(folder, way, progress)
            sign_dataset(made)
    except LabError as error:
        bar.empty()
        show_error(error)
        return
    if train:
        go("train", run=run.name)
    go("datasets", dataset=made)


def _manage(folder: Path) -> None:
    """What else may be done with the collection."""
    with st.popover("More", icon=":material/more_horiz:"):
        reader_name()
        if writing_button("Another collection", f"another-{folder.name}"):
            _start()
        _delete(folder)


def _delete(folder: Path) -> None:
    st.caption("The classes and their pictures go; datasets and runs made of them stay.")
    if not writing_button("Delete this collection", f"delete-{folder.name}"):
        return
    try:
        datasets.delete_collection(folder)
    except LabError as error:
        show_error(error)
        return
    st.session_state.pop("collection", None)
    st.rerun()
