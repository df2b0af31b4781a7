"""Choosing a run: one's own and the shipped ones in one list; the choice is in the address."""

from collections.abc import Callable
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnlab import lab, runs
from cnnlab.runs import Run
from pages.parts.shared.links import link
from pages.parts.shared.missing import say_missing
from pages.parts.shared.plainly import literal
from pages.parts.shared.reader import seen


def pick_run(
    label: str,
    usable: Callable[[Run], bool],
    width: int | Literal["stretch"] = "stretch",
    place: DeltaGenerator | None = None,
) -> Run | None:
    """A selectbox of the usable runs, `?run=` in the address; None (and a word) without any.

    A word about a run that is gone stands in `place`, above the control otherwise.
    """
    found = {run.name: run for run in [*seen(runs.list_runs()), *runs.pretrained()] if usable(run)}
    if not found:
        st.info("Nothing is trained yet. Train a network first; three epochs are enough to look.")
        link("train", "Train a network", ":material/show_chart:")
        return None
    wanted = st.query_params.get("run")
    place, missing = place or st.container(), []
    if wanted and wanted not in found:
        missing = [
            f"There is no run {literal(repr(wanted))} to show here (any more): choose another."
        ]
    ladders = {ladder.title: ladder for ladder in lab.ladders(found.values())}
    home = {run.name: title for title, ladder in ladders.items() for run in ladder.rungs}
    names = list(dict.fromkeys(home.get(name, name) for name in found))
    known = home.get(wanted, wanted) if wanted in found else names[0]
    name = st.selectbox(
        label,
        names,
        index=names.index(known),
        format_func=lambda n: f"{ladders[n].words} (shipped)" if n in ladders else _words(found[n]),
        key=f"pick-{label}",
        width=width,
        help="Your own trainings come first, newest on top; then the networks that came along. A "
        "ladder is one network in many sizes: choose it, then its size.",
    )
    if name in ladders:
        name = _pick_size(ladders[name], wanted, label)
    st.query_params["run"] = name
    say_missing(place, label, missing, name)
    return found[name]


def _pick_size(ladder: lab.Ladder, wanted: str | None, label: str) -> str:
    """A slider over the sizes; it begins at the one the address names, or at the largest."""
    sizes = {run.name: f"{run.metrics.params or 0:,}" for run in ladder.rungs}
    return st.select_slider(
        "Parameters",
        list(sizes),
        value=wanted if wanted in sizes else ladder.rungs[-1].name,
        format_func=lambda name: sizes[name],
        key=f"size-{label}-{ladder.title}",
    )


def _words(run: Run) -> str:
    return f"{run.label} (shipped)" if run.read_only else run.label
