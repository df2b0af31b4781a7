"""Sick trainings to learn from: each is trained by one press, then examined."""

import streamlit as st

from cnnlab import lab, runs
from cnnlab.clinic.patient_files import Patient, patients
from cnnlab.errors import LabError
from pages.parts.shared.links import go, link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import reader_name, seen, sign
from pages.parts.shared.writing import writing_button

ACROSS = 3


def show() -> str:
    """The patients in rows of three; the reader's name."""
    found, refused = patients()
    st.subheader("Sick on purpose", anchor=False)
    st.caption(
        "Trainings that went wrong. Train one, look at its curves, say what it has, and only then "
        "let the clinic say it."
    )
    owner = reader_name()
    waiting = list(found.items())
    for start in range(0, len(waiting), ACROSS):
        for column, (name, patient) in zip(
            st.columns(ACROSS), waiting[start : start + ACROSS], strict=False
        ):
            with column.container(border=True, height="stretch"):
                _patient(name, patient, owner)
    for file, why in refused.items():
        st.warning(f"{literal(file)}: {literal(why)}")
    return owner


def _patient(name: str, patient: Patient, owner: str) -> None:
    st.markdown(f"**{literal(patient.title)}**")
    st.caption(literal(patient.story))
    with st.container(horizontal=True, vertical_alignment="center"):
        if writing_button("Train it", f"patient-{name}", icon=":material/play_arrow:"):
            _admit(patient, owner)
        trained = next((run for run in seen(runs.list_runs()) if _is(run, patient)), None)
        if trained:
            link("clinic", "Examine it", ":material/stethoscope:", run=trained.name)


def _is(run: runs.Run, patient: Patient) -> bool:
    try:
        return run.config.title == patient.title and run.model_file.is_file()
    except LabError:
        return False


def _admit(patient: Patient, owner: str) -> None:
    try:
        run = lab.start_patient(patient, owner)
        sign([run])
    except LabError as error:
        show_error(error)
        return
    go("train", run=run.name)
