"""All studies, the newest first."""

import streamlit as st

from cnnlab import studies
from cnnlab.errors import LabError
from cnnlab.studies import Study
from pages.parts.shared.links import link, now_at
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import may_delete
from pages.parts.shared.whose import choose_whose
from pages.parts.shared.writing import writing_button

MOST = 30


def show(chosen: str) -> None:
    """A line for each: name, state, answer; the one on show is left out."""
    found = [study for study in studies.list_studies() if study.name != chosen]
    damaged = studies.damaged()
    if not found and not damaged:
        return
    st.subheader("Other studies" if chosen else "Studies", anchor=False)
    found = choose_whose(found, _starter)
    for study, why in damaged:
        _damaged(study, why)
    for study in found[:MOST]:
        _line(study)
    if len(found) > MOST:
        st.caption(f"{len(found) - MOST} older ones: `python -m cnnlab study list`.")


def _starter(study: Study) -> str:
    try:
        return study.config.owner
    except LabError:
        return ""


def _damaged(study: Study, why: str) -> None:
    """The reason, and the way to be rid of it; its runs stay."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_error(f"{why} Delete the study; its runs stay.")
        if writing_button("Delete", f"delete-{study.name}", disabled=not may_delete(study)):
            try:
                studies.delete(study)
            except LabError as error:
                show_error(error)
                return
            if st.query_params.get("study") == study.name:
                now_at({})
            st.rerun()


def _line(study: Study) -> None:
    try:
        answer = studies.answer(study)
    except LabError as error:
        st.caption(literal(str(error)))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link("how_small", study.name, ":material/trending_down:", study=study.name)
        st.badge(answer.state, color="green" if answer.state in ("running", "done") else "orange")
        st.caption(literal(answer.sentence or f"{answer.steps_done} of {answer.steps} runs"))
