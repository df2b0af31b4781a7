"""Choosing a run: one's own and the shipped ones in one list; the choice is in the address."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from cnnlab import runs
from cnnlab.runs import Run
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal


def pick_run(
    label: str, usable: Callable[[Run], bool], width: int | Literal["stretch"] = "stretch"
) -> Run | None:
    """A selectbox of the usable runs, `?run=` in the address; None (and a word) without any."""
    found = {run.name: run for run in [*runs.list_runs(), *runs.pretrained()] if usable(run)}
    if not found:
        st.info("Nothing is trained yet. Train a network first; three epochs are enough to look.")
        link("train", "Train a network", ":material/show_chart:")
        return None
    wanted = st.query_params.get("run")
    if wanted and wanted not in found:
        st.warning(
            f"There is no run {literal(repr(wanted))} to show here (any more): choose another."
        )
    names = list(found)
    name = st.selectbox(
        label,
        names,
        index=names.index(wanted) if wanted in found else 0,
        format_func=lambda n: _words(found[n]),
        key=f"pick-{label}",
        width=width,
        help="Your own trainings come first, newest on top; then the networks that came along.",
    )
    st.query_params["run"] = name
    return found[name]


def _words(run: Run) -> str:
    return f"{run.label} (shipped)" if run.read_only else run.label
