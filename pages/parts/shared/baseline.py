"""The run that a reader holds the others against; their browser keeps it."""

from pathlib import Path

import streamlit as st

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.runs import Run

_store = st.components.v2.component(
    "cnnlab_baseline", js=(Path(__file__).parent / "baseline.js").read_text()
)
_KEPT, _CHOSEN = "baseline-kept", "baseline-chosen-kept"


def baseline() -> Run | None:
    """The pinned run; None where none is pinned, or it is gone. Once on a page."""
    state = st.session_state
    kept = _store(
        key="baseline-store",
        data={"run": state.get(_KEPT, ""), "chosen": bool(state.get(_CHOSEN))},
        default={"run": None},
        on_run_change=lambda: None,
    ).run
    if isinstance(kept, str) and not state.get(_CHOSEN):
        state[_KEPT] = kept
    name = state.get(_KEPT, "")
    try:
        return runs.find(name) if name else None
    except LabError:
        return None  # deleted: nothing to hold the others against


def pin(name: str) -> None:
    """Hold the others against this run from now on; "" against none."""
    st.session_state[_KEPT], st.session_state[_CHOSEN] = name, True
