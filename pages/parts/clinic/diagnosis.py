"""What was found wrong with one run, and the button that trains it mended."""

import streamlit as st

from cnnlab import lab, runs
from cnnlab.clinic import ILLNESSES, Finding
from cnnlab.clinic.questions import Diagnosis
from cnnlab.errors import LabError
from cnnlab.plots import training as plots
from cnnlab.runs import Run
from pages.parts.shared.links import go
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import sign
from pages.parts.shared.writing import WHY_NOT, may_write, writing_button


def show(run: Run, owner: str) -> None:
    """The findings beside the run's curves."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        try:
            with st.spinner("Looking at its history, its data and its answers"):
                found = _found(run.name, lab.state_of(run))
        except LabError as error:
            show_error(error)
            return
        if not found:
            st.success("Nothing is wrong that shows.", icon=":material/check:")
        for number, finding in enumerate(found):
            _finding(run, finding, owner, number == 0)
        if found and not may_write():
            st.caption(WHY_NOT)
    with right:
        st.plotly_chart(plots.curves(run.history, (), "accuracy", None), key="clinic-accuracy")
        st.caption("Its accuracy, epoch by epoch. Judge for yourself first: what does the gap say?")


@st.cache_data(max_entries=50, show_spinner=False)
def _found(name: str, state: str) -> tuple[Finding, ...]:
    return lab.ask(Diagnosis(runs.find(name).path))


def _finding(run: Run, finding: Finding, owner: str, first: bool) -> None:
    card = ILLNESSES[finding.illness]
    with st.container(border=True):
        st.markdown(f"**{card.title}** :gray[{card.in_short}]")
        st.markdown(literal(finding.evidence))
        if not finding.settings and not finding.knobs:
            st.caption(literal(finding.advice))
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = writing_button(
                "Train it mended",
                f"treat-{finding.illness}",
                type="primary" if first else "secondary",
                icon=":material/healing:",
                help="Starts the same training with this one change.",
            )
            st.caption(literal(finding.advice))
    if pressed:
        _treat(run, finding, owner)


def _treat(run: Run, finding: Finding, owner: str) -> None:
    try:
        mended = lab.start_treatment(run, finding, owner)
        sign([mended])
    except LabError as error:
        show_error(error)
        return
    go("train", run=mended.name)
