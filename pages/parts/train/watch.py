"""Watching one run: what it is, its state and progress, its figures right now."""

from contextlib import suppress
from typing import Literal

import streamlit as st

from cnnlab import lab, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import Recipe, Status
from pages.parts.shared.plainly import literal, show_error
from pages.parts.train.actions import actions, delete_button, notes
from pages.parts.train.views import look

Color = Literal["blue", "green", "orange", "red"]
WORDS: dict[str, tuple[Color, str]] = {
    "queued": ("blue", "waiting"),
    "running": ("green", "training"),
    "stopping": ("orange", "stopping"),
    "done": ("green", "done"),
    "stopped": ("orange", "stopped"),
    "failed": ("red", "failed"),
    "interrupted": ("red", "interrupted"),
}
HELP = {
    "Validation accuracy": "On a tenth of the training pictures that is never trained on.",
    "Learning rate": "The size of a step right now; the schedule moves it.",
    "Images per second": "Training pictures worked through, on this machine.",
}
CLOCK_S = 1.0
SLOW_CLOCK_S = 5.0
FEW_LINES = 12
CELL_PX = 150


def damaged(run: Run) -> None:
    """A run whose files do not fit: what is wrong, and the way out."""
    st.subheader(literal(run.name))
    st.error(literal(run.damage))
    row = st.container(horizontal=True)
    if row.button("New training", key="new"):
        st.query_params.clear()
        st.rerun()
    delete_button(run, row)


def watch(run: Run) -> None:
    """Everything about one training; redrawn every second while it works."""
    config = run.config
    st.subheader(literal(run.title))
    by = f", started by {literal(config.owner)}" if config.owner else ""
    what = (
        f"{literal(config.architecture)} on {literal(config.dataset)}{_recipe_words(config.recipe)}"
    )
    st.caption(f"{what}{by}{_device_words(run)}.")
    if config.compression:
        st.caption(literal(f"Made from {config.parent}: {lab.made_by(run)}."))
    status = run.status
    clock = CLOCK_S if status.active else None
    st.fragment(_live, run_every=clock)(run.name, status)
    if not status.active and status.state != "done":
        st.fragment(_notice, run_every=SLOW_CLOCK_S)(run.name, status)
    actions(run)
    notes(run)


def _notice(name: str, before: Status) -> None:
    """While nothing moves: has another tab, or a terminal, taken the run up again?"""
    try:
        now = runs.find(name).status
    except LabError:
        st.rerun()
    if now != before:
        st.rerun()


def _device_words(run: Run) -> str:
    """Where it was trained, once that is known."""
    with suppress(LabError):
        if device := run.metrics.device:
            mixed = ", mixed precision" if run.metrics.precision == "mixed" else ""
            return f", on {literal(device)}{mixed}"
    return ""


def _recipe_words(recipe: Recipe) -> str:
    """How it is trained; a model brought along or made from another has no such recipe."""
    if not recipe.trains:
        return ""
    return (
        f", {recipe.epochs} epochs, batch {recipe.batch_size}, {recipe.optimizer} at "
        f"{recipe.learning_rate:g}, seed {recipe.seed}"
    )


def _live(name: str, before: Status) -> None:
    """The part that moves. When the run starts or ends, one full rerun changes all the rest."""
    try:
        run = runs.find(name)
        view = lab.live(run)
    except LabError as error:
        show_error(error)
        return
    if before.active and _stage(view.status) != _stage(before):
        st.rerun()
    _state(run, view)
    if view.epochs:
        _figures(view)
        look(run, view)


def _stage(status: Status) -> tuple[bool, bool]:
    """What decides which buttons there are."""
    return status.active, status.state == "queued"


def _state(run: Run, view: lab.Live) -> None:
    color, word = WORDS[view.status.state]
    badge, bar = st.columns([1, 5], vertical_alignment="center")
    badge.badge(word, color=color)
    bar.progress(view.done, text=literal(_progress_words(view)))
    message = view.status.message
    if message and view.status.state in ("failed", "interrupted"):
        show_error(message)
        if log := run.log(FEW_LINES):
            with st.expander("The last lines of its log"):
                st.code(log, language=None)
    elif message:
        st.info(literal(message))


def _progress_words(view: lab.Live) -> str:
    status = view.status
    if status.state == "queued":
        return view.waiting.sentence if view.waiting else "Starts now."
    if status.state == "done":
        return f"{len(view.history)} epochs done" if view.epochs else "Done; there was no training"
    if status.active and status.phase and status.phase != "training":
        return f"{status.phase[0].upper()}{status.phase[1:]}"
    latest = view.points[-1] if view.points else None
    words = f"Epoch {min(len(view.history) + 1, view.epochs)} of {view.epochs}"
    if latest and status.active:
        words += f", batch {latest.batch} of {latest.batches}"
    if view.seconds_left is not None:
        words += f", about {_duration(view.seconds_left)} left"
    return words


def _figures(view: lab.Live) -> None:
    latest, last = view.latest, view.history[-1] if view.history else None
    cells = {
        "Training loss": f"{latest.loss:.4f}" if latest else "…",
        "Training accuracy": f"{latest.accuracy:.2%}" if latest else "…",
        "Validation loss": f"{last.val_loss:.4f}" if last else "…",
        "Validation accuracy": f"{last.val_accuracy:.2%}" if last else "…",
        "Learning rate": f"{latest.learning_rate:.2g}" if latest else "…",
        "Images per second": f"{latest.images_per_s:,.0f}" if latest else "…",
    }
    with st.container(horizontal=True, gap="small"):
        for label, value in cells.items():
            st.metric(label, value, help=HELP.get(label), width=CELL_PX)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
