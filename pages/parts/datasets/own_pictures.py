"""The reader's own pictures: choose a zip, see what is in it, make it a dataset."""

import hashlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnlab import datasets, images
from cnnlab.errors import LabError
from cnnlab.plots import datasets as plots
from pages.parts.datasets.sheet import draw_sheet
from pages.parts.shared.links import now_at
from pages.parts.shared.plainly import cells, show_error
from pages.parts.shared.reader import sign_dataset
from pages.parts.shared.uploads import file_field
from pages.parts.shared.writing import writing_button

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

KEPT_S = 24 * 3600
KINDS = {"picture": "Photographs", "digit": "Handwritten digits or signs"}
COLORS = {3: "Color", 1: "Gray"}


def add_own_pictures() -> None:
    """An expander with the whole way from a zip to a dataset."""
    with st.expander("All at once: a zip or a folder", icon=":material/folder_zip:"):
        st.write(
            "Make one folder for each class, named like it, put at least 5 pictures into each "
            "(50 are better), and pack them as a zip. A table labels.csv or names like cat.1.jpg "
            "do as well; folders named train, val and test are kept apart."
        )
        try:
            source = _source()
            if source:
                _offer(source)
        except LabError as error:
            show_error(error)


def _source() -> Path | None:
    """The zip just uploaded, or a folder on the server where the operator allows it."""
    uploaded = file_field(
        "Zip of class folders",
        ["zip"],
        "own-zip",
        f"And {datasets.MAX_FILES:,} pictures. A larger one is read on a terminal: "
        "python -m cnnlab datasets import FILE.zip --name NAME.",
    )
    if uploaded:
        return _kept(uploaded)
    allowed = datasets.import_dir()
    if allowed is None:
        return None
    folders = sorted(path.name for path in allowed.glob("*") if path.is_dir())
    name = st.selectbox(
        "Or a folder on the server",
        folders,
        index=None,
        key="own-folder",
        help=f"What lies in {allowed}.",
    )
    return allowed / name if name else None


def _kept(uploaded: "UploadedFile") -> Path:
    """The upload as a file, where the importing process can read it; one a content."""
    data = uploaded.getbuffer()
    folder = Path(tempfile.gettempdir()) / "cnnlab-uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.glob("*.zip"):
        if time.time() - old.stat().st_mtime > KEPT_S:
            old.unlink(missing_ok=True)
    path = folder / f"{hashlib.sha256(data).hexdigest()[:24]}.zip"
    if not path.exists():
        path.write_bytes(data)
    return path


def _offer(source: Path) -> None:
    """What is in it, and the form that imports it."""
    found = _survey(str(source))
    total = sum(found["counts"].values())
    st.success(
        f"{total:,} pictures in {len(found['counts'])} classes. "
        + (f"{found['others']:,} other files are left out. " if found["others"] else "")
        + ("The validation part is kept as it is. " if found["has_validation"] else "")
        + ("The test part is kept as it is." if found["has_test"] else "")
    )
    for note in found["notes"]:
        st.text(note)
    st.dataframe(
        cells({"class": label, "pictures": n} for label, n in found["counts"].items()),
        hide_index=True,
        height=min(300, 38 + 35 * len(found["counts"])),
    )
    columns = st.columns(4)
    with columns[0]:
        name = st.text_input("Name", max_chars=40, key="own-name", placeholder="my-pets")
    with columns[1]:
        kind = st.selectbox("Kind", list(KINDS), format_func=KINDS.__getitem__, key="own-kind")
    with columns[2]:
        side = st.selectbox("Side in pixels", datasets.SIDES, index=1, key="own-side")
    with columns[3]:
        channels = st.selectbox(
            "Colors", list(COLORS), format_func=COLORS.__getitem__, key="own-colors"
        )
    labels, pictures = _preview(str(source), side, channels, kind)
    draw_sheet(plots.samples(pictures, labels), f"own-preview-{source.stem}")
    kept = "" if found["has_test"] else " A fifth of each class is kept apart as test part."
    st.caption(f"So the network will see them.{kept}")
    if writing_button("Make it a dataset", "own-import", not name.strip(), type="primary"):
        _import(source, name, kind, side, channels)
    if not name.strip():
        st.caption("Give it a name first.")


@st.cache_data(max_entries=8, ttl=60, show_spinner="Looking into it ...")
def _survey(source: str) -> dict[str, Any]:
    return datasets.run_task("survey", source)


@st.cache_data(max_entries=8, ttl=60, show_spinner="Reading a few ...")
def _preview(source: str, side: int, channels: int, kind: str) -> tuple[list[str], images.Array]:
    return datasets.preview_import(source, side, channels, kind)


def _import(source: Path, name: str, kind: str, side: int, channels: int) -> None:
    bar = st.progress(0.0, "Reading the pictures")

    def progress(done: int, total: int) -> None:
        bar.progress(done / total, f"Reading the pictures: {done:,} of {total:,}")

    report = datasets.run_task("import", str(source), name, side, channels, kind, progress=progress)
    sign_dataset(report["name"])
    now_at({"dataset": report["name"]})
    st.rerun()
