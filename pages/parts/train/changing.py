"""Changing a training while it runs: another learning rate, more or fewer epochs."""

import streamlit as st

from cnnlab import lab, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.writing import may_write

MAY_CHANGE = ("queued", "running", "stopped", "interrupted")


def changing(run: Run) -> None:
    """The fields, in a fold beside the main action, while there is something to change."""
    trains = run.config.recipe.trains and not run.read_only
    if not trains or run.status.state not in MAY_CHANGE or not may_write():
        return
    with st.popover("Change", icon=":material/tune:", key="change"):
        _fields(run)


def _fields(run: Run) -> None:
    view = lab.live(run)
    now = view.latest.learning_rate if view.latest else run.config.recipe.learning_rate
    with st.form(f"change-{run.name}", border=False):
        rate = st.number_input(
            "Learning rate",
            0.0,
            runs.MOST_RATE,
            None,
            format="%.6f",
            placeholder=f"as planned, now {now:.3g}",
            key=f"new-rate-{run.name}",
            help="In force after the next batches, and until you change it again.",
        )
        least = min(len(view.history) + 1, view.epochs)
        epochs = st.number_input(
            "Epochs in all",
            least,
            runs.MOST_EPOCHS,
            view.epochs,
            key=f"new-epochs-{run.name}-{view.epochs}",
            help="The rest of the learning rate's plan stretches to the new end.",
        )
        st.caption("Kept with the run: its command alone then no longer repeats it.")
        if st.form_submit_button("Change it", key=f"change-it-{run.name}", type="primary"):
            _ask(run, rate, epochs if epochs != view.epochs else None)


def _ask(run: Run, rate: float | None, epochs: int | None) -> None:
    try:
        runs.request_change(run, rate or None, epochs)
    except LabError as error:
        show_error(error)
        return
    st.toast("Asked: it changes after the next batches.")


def show_changes(run: Run) -> None:
    """What was changed so far, in a line; nothing where nothing was."""
    waiting = runs.requested_change(run)
    words = [one.words for one in run.config.interventions]
    if waiting and run.status.active:
        words.append("a change that is asked for and not yet taken up")
    if words:
        st.caption(
            f"Changed by hand {literal('; '.join(words))}. The run's command alone does not "
            "repeat this."
        )
