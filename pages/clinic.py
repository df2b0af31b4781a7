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
given = st.query_params.get("run")  # before the list writes its first entry there
with st.container(horizontal=True, vertical_alignment="bottom"):
    run = pick_run("Run", _examined)
    pressed = run and st.button("Examine", type="primary", icon=":material/stethoscope:")
if run and (pressed or (given == run.name and "clinic-run" not in st.session_state)):
    st.session_state["clinic-run"] = run.name
findings = st.container()
owner = ward.show()
if run and st.session_state.get("clinic-run") == run.name:
    with findings:
        diagnosis.show(run, owner)
