"""What may be done with a run: stop, move ahead, resume, clone, delete, annotate, look on."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnlab import lab, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.shared.links import link, now_at
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import may_delete, reader_name, teacher
from pages.parts.shared.shrink import shrink_this, study_of
from pages.parts.shared.writing import may_write, writing_button

APART = 0.01  # from so much on, balanced accuracy is told beside accuracy


def main_action(run: Run) -> None:
    """What one would do next, in one place: stop it, take it up again, or look at what it made."""
    state = run.status.state
    row = st.container(horizontal=True, width="content", gap="small")
    if state == "queued":
        if teacher() and not run.priority_file.exists():
            _button(row, "Move to the front", "ahead", runs.prioritize, run)
        _button(row, "Leave the queue", "stop", runs.request_stop, run)
    elif run.status.active:
        _button(row, "Stop", "stop", runs.request_stop, run, state == "stopping")
    elif state in ("stopped", "failed", "interrupted"):
        _button(row, "Resume", "resume", lab.resume_training, run)
    elif state == "done":
        with row:
            _next(run)


def _next(run: Run) -> None:
    """Where a finished run leads."""
    link("inside", "Look inside", ":material/grid_on:", run=run.name)
    link("predict", "Draw for it", ":material/draw:", run=run.name)
    link("compress", "Make it smaller", ":material/compress:", run=run.name)
    link("clinic", "What is wrong with it?", ":material/stethoscope:", run=run.name)
    if run.config.compression:
        ledger = {"run": run.name, "view": "Family and ledger"}
        link("compress", "What it saved", ":material/account_tree:", **ledger)
    shrink_this(run)
    study_of(run)


def ways_out(run: Run) -> None:
    """What else may be done with it: once more, another one, notes, delete."""
    made = bool(run.config.compression or run.config.operations)
    trained_here = run.config.architecture in ARCHITECTURES and not made
    about = "The form, filled in as for this run."
    if not trained_here:
        about = "It was not trained by this form."
    if made:
        about = "It was made from another run: make one more on the page it comes from."
    if run.notes.text and not run.read_only and may_write():
        st.text(run.notes.text)
    row = st.container(horizontal=True, gap="small")
    if row.button("Clone", key="clone", help=about, disabled=not trained_here):
        now_at({"clone": run.name})
        st.rerun()
    begun = "The form, to begin with these weights: on the same pictures or on your own."
    if row.button("Train on", key="train-on", help=begun, disabled=not lab.may_start(run)):
        now_at({"from": run.name})
        st.rerun()
    if row.button("New training", key="new"):
        now_at({})
        st.rerun()
    _notes(run, row)
    if not run.status.active:
        delete_button(run, row)


def delete_button(run: Run, place: Any) -> None:
    """The button that removes one's own run, and asks first."""
    if run.read_only:
        return
    with place.popover("Delete"):
        _delete(run)


def _delete(run: Run) -> None:
    """For whoever started the run, or the teacher; another reader may say who he is."""
    st.write("The folder and the model in it go for good.")
    try:
        owner = run.config.owner
    except LabError:
        owner = ""  # damaged: anybody may clear it away
    if owner:
        reader_name()
    why_not = None if not owner or may_delete(run) else f"{owner} started it, and may delete it."
    if why_not:
        st.caption(literal(why_not))
    if writing_button("Delete for good", "delete", bool(why_not), why_not, type="primary"):
        _try(runs.delete, run, then_leave=True)


def _button(
    cell: Any,
    label: str,
    key: str,
    action: Callable[[Run], None],
    run: Run,
    disabled: bool = False,
) -> None:
    with cell:
        if writing_button(label, key, disabled, type="primary"):
            _try(action, run)


def _try(action: Callable[[Run], None], run: Run, then_leave: bool = False) -> None:
    try:
        action(run)
    except LabError as error:
        show_error(error)
        return
    if then_leave:
        now_at({})
    st.rerun()


def result(run: Run) -> None:
    """What was measured on the test part, in a sentence."""
    try:
        metrics = run.metrics
    except LabError as error:
        show_error(error)
        return
    if not metrics.measured:
        st.warning("What was measured is lost: metrics.json is gone. Clone the run to repeat it.")
        return
    if run.config.study and not run.config.study.tested:
        st.info("It only helped its study to choose: the test pictures stayed unread.")
    if metrics.test_interval and metrics.test_accuracy is not None:
        low, high = metrics.test_interval
        # A file that says one of these need not say the others: what it does not is left out.
        count = f"{metrics.test_count:,} pictures of " if metrics.test_count else ""
        size = f", with {metrics.params:,} parameters" if metrics.params else ""
        st.success(
            f"Test accuracy {metrics.test_accuracy:.2%} on {count}"
            f"{literal(metrics.variant or run.config.dataset)}, "
            f"never trained or chosen on (95 % interval {low:.2%} to {high:.2%}){size}."
        )
        balanced = metrics.balanced_accuracy
        if balanced is not None and abs(balanced - metrics.test_accuracy) > APART:
            st.caption(
                f"Balanced accuracy {balanced:.2%}: the mean over the classes, which a large class "
                "cannot carry. Class weights, among the settings, make the small ones count."
            )


def _notes(run: Run, row: Any) -> None:
    """The fields to change a run's name, note and tags."""
    if run.read_only or not may_write():
        return
    written = run.notes
    label = "Name and notes" if not written.tags else f"Tags: {', '.join(written.tags)}"
    popover = row.popover(literal(label), icon=":material/sell:")
    with popover, st.form(f"notes-{run.name}", border=False):
        title = st.text_input(
            "Name",
            written.title or run.config.title,
            max_chars=runs.TITLE_CHARACTERS,
            key=f"name-{run.name}",
            placeholder=run.title,
            help="What it is called in every list; its folder keeps its own name.",
        )
        text = st.text_area(
            "Note",
            written.text,
            max_chars=runs.NOTE_CHARACTERS,
            key=f"note-{run.name}",
            help="What you tried and why; found by the search in the list of trainings.",
        )
        tags = st.text_input(
            "Tags",
            ", ".join(written.tags),
            key=f"tags-{run.name}",
            placeholder="small, homework 3",
            help="Short words with commas between; choose runs by them when you compare.",
        )
        if st.form_submit_button("Keep", key=f"keep-{run.name}"):
            _try(lambda run: runs.annotate(run, text, tags.split(","), title), run)
