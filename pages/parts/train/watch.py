"""Watching one run: what it is, its state and progress, its figures right now."""

from contextlib import suppress
from typing import Literal

import streamlit as st

from cnnlab import lab, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import Recipe, Status
from pages.parts.shared import guess_first
from pages.parts.shared.links import now_at
from pages.parts.shared.plainly import literal, show_error
from pages.parts.train.actions import delete_button, main_action, result, ways_out
from pages.parts.train.changing import changing, show_changes
from pages.parts.train.live_metrics import strip
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
CLOCK_S = 1.0
SLOW_CLOCK_S = 5.0
FEW_LINES = 12


def damaged(run: Run) -> None:
    """A run whose files do not fit: what is wrong, and the way out."""
    st.subheader(literal(run.name))
    st.error(literal(run.damage))
    row = st.container(horizontal=True)
    if row.button("New training", key="new"):
        now_at({})
        st.rerun()
    delete_button(run, row)


def watch(run: Run) -> None:
    """Everything about one training; redrawn every second while it works."""
    status = run.status
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(literal(run.title), anchor=False, width="content")
        st.space("stretch")
        changing(run)
        main_action(run)
    if run.config.parent:
        st.caption(literal(f"Made from {run.config.parent}: {lab.made_by(run)}."))
    if status.state == "done":
        result(run)
        guess_first.show_gap(run)
    clock = CLOCK_S if status.active else None
    with st.container(key="training-view"):
        st.fragment(_live, run_every=clock)(run.name, status)
    if not status.active and status.state != "done":
        st.fragment(_notice, run_every=SLOW_CLOCK_S)(run.name, status)
    ways_out(run)


def _what(run: Run) -> str:
    """What is trained on what, and how, in a line."""
    config = run.config
    by = f", started by {literal(config.owner)}" if config.owner else ""
    what = (
        f"{literal(config.architecture)} on {literal(config.dataset)}{_recipe_words(config.recipe)}"
    )
    return f"{what}{by}{_device_words(run)}."


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
            used = run.metrics.precision
            mixed = f", precision {used}" if used not in ("", "float32") else ""
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
        view = lab.shared_live(run)
    except LabError as error:
        show_error(error)
        return
    if before.active and _stage(view.status) != _stage(before):
        st.rerun()
    _state(run, view)
    strip(view)
    show_changes(run)
    if view.epochs:
        look(run, view)


def _stage(status: Status) -> tuple[bool, bool]:
    """What decides which buttons there are."""
    return status.active, status.state == "queued"


def _state(run: Run, view: lab.Live) -> None:
    color, word = WORDS[view.status.state]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(word, color=color)
        st.caption(_what(run), width="content")
    message = view.status.message
    if message and view.status.state in ("failed", "interrupted"):
        show_error(message)
        if log := run.log(FEW_LINES):
            with st.expander("The last lines of its log"):
                st.code(log, language=None)
    elif message:
        st.info(literal(message))
