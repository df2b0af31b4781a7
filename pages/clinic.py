"""Clinic: what is wrong with a training, with the evidence, and what helps."""

from contextlib import suppress

import streamlit as st

from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.clinic import diagnosis, ward
from pages.parts.shared.header import header
from pages.parts.shared.run_picker import pick_run

TITLE, ICON, TURN = "Clinic", ":material/stethoscope:", 75


def _examined(run: Run) -> bool:
    """Whether a run was trained, so that there is something to look at."""
    with suppress(LabError):
        return run.model_file.is_file() and bool(run.history) and not run.config.network_file
    return False


header(TITLE, "What is wrong with a training, and what helps?")
state = st.session_state
given = st.query_params.get("run")
# Not what the list wrote there itself: then it was a link that named the run.
linked = given != state.get("clinic-address")
left, right = st.columns([5, 1], vertical_alignment="bottom")
with left:
    run = pick_run("Run", _examined)
with right:
    pressed = run and st.button("Examine", type="primary", icon=":material/stethoscope:")
state["clinic-address"] = st.query_params.get("run")
if run and (pressed or (linked and given == run.name)):
    state["clinic-run"] = run.name
findings = st.container()
owner = ward.show()
if run and state.get("clinic-run") == run.name:
    with findings:
        diagnosis.show(run, owner)
