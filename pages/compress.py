"""Compress: distill, prune and quantize a run into a smaller one, and see what that cost."""

import streamlit as st

from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.compress import chips, export, fewer_bits, forgotten, lineage, shrink, start
from pages.parts.shared.controls import one_of
from pages.parts.shared.header import header
from pages.parts.shared.plainly import show_error
from pages.parts.shared.run_picker import pick_run

TITLE, ICON, TURN = "Compress", ":material/compress:", 80

VIEWS = {
    "To a size": shrink.show,
    "Make smaller": start.show,
    "Family and ledger": lineage.show,
    "What was forgotten": forgotten.show,
    "In fewer bits": fewer_bits.show,
    "On a chip": chips.show,
    "Export": export.show,
}


def usable(run: Run) -> bool:
    """Runs with a model, and those still in the queue that will have one."""
    try:
        return run.model_file.is_file() or run.status.active
    except LabError:
        return False


header(TITLE, "The same accuracy with a tenth of the parameters?")
try:
    gone = st.empty()  # a word about it would be squeezed in the row
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = pick_run("Run", usable, width=300, place=gone)
        if chosen:
            view = one_of("View", list(VIEWS), "view")
    if chosen:
        VIEWS[view](chosen)
except LabError as error:
    show_error(error)
