"""Watching one run: state, progress, curves, and what may be done with it; and the list of runs."""

import streamlit as st

from cnnlab import lab, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.plots import training as plots
from cnnlab.runs import Run
from pages.parts.links import link

WORDS = {
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
CELL_PX = 150


def watch(run: Run) -> None:
    """Everything about one training; redrawn every second while it works."""
    config = run.config
    st.subheader(run.title)
    st.caption(f"{config['architecture']} on {config['dataset']}{_recipe_words(config['recipe'])}")
    active = run.status.active
    clock = CLOCK_S if active else None
    st.fragment(_live, run_every=clock)(run.name, active)
    _actions(run)
    with st.expander("Log and settings"):
        st.caption("What the training process printed, and the command that repeats this run.")
        st.code(config.get("command") or "(made without one)", language="bash")
        st.code(run.log() or "(nothing yet)", language=None)


def _recipe_words(recipe: dict) -> str:
    """How it is trained; a model brought along or made from another has no such recipe."""
    if "batch_size" not in recipe:
        return "."
    return (
        f", {recipe['epochs']} epochs, batch {recipe['batch_size']}, {recipe['optimizer']} at "
        f"{recipe['learning_rate']:g}, seed {recipe['seed']}."
    )


def _live(name: str, was_active: bool) -> None:
    """The part that moves. When the run ends, one full rerun stops the clock."""
    try:
        view = lab.live(runs.find(name))
    except LabError as error:
        st.error(str(error))
        return
    if was_active and not view.status.active:
        st.rerun()
    _state(view)
    _figures(view)
    if view.latest:
        _curves(view)


def _state(view: lab.Live) -> None:
    color, word = WORDS[view.status.state]
    badge, bar = st.columns([1, 5], vertical_alignment="center")
    badge.badge(word, color=color)
    bar.progress(view.done, text=_progress_words(view))
    message = view.status.message
    if message and view.status.state in ("failed", "interrupted"):
        st.error(message)
    elif message:
        st.info(message)


def _progress_words(view: lab.Live) -> str:
    status = view.status
    if status.state == "queued":
        return f"Number {view.queue_position} in the queue: it starts when a slot is free."
    if status.state == "done":
        return f"{len(view.history)} epochs done"
    if status.active and status.phase and status.phase != "training":
        return f"{status.phase[0].upper()}{status.phase[1:]}"
    latest = view.points[-1] if view.points else None
    words = f"Epoch {min(len(view.history) + 1, view.epochs)} of {view.epochs}"
    if latest and status.active:
        words += f", batch {int(latest['batch'])} of {int(latest['batches'])}"
    if view.seconds_left is not None:
        words += f", about {_duration(view.seconds_left)} left"
    return words


def _figures(view: lab.Live) -> None:
    latest = view.latest or {}
    last = view.history[-1] if view.history else {}
    cells = {
        "Training loss": _number(latest.get("loss"), ".4f"),
        "Training accuracy": _number(latest.get("accuracy"), ".2%"),
        "Validation loss": _number(last.get("val_loss"), ".4f"),
        "Validation accuracy": _number(last.get("val_accuracy"), ".2%"),
        "Learning rate": _number(latest.get("learning_rate"), ".2g"),
        "Images per second": _number(latest.get("images_per_s"), ",.0f"),
    }
    with st.container(horizontal=True, gap="small"):
        for label, value in cells.items():
            st.metric(label, value, help=HELP.get(label), width=CELL_PX)


def _number(value: float | None, pattern: str) -> str:
    return "…" if value is None else format(value, pattern)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _curves(view: lab.Live) -> None:
    left, right = st.columns(2)
    best = int(view.best["epoch"]) if view.best else None
    log_scale = bool(st.session_state.get("log-loss"))
    with left:
        st.plotly_chart(
            plots.curves(view.history, view.points, "loss", best, log_scale),
            key="loss",
        )
        st.toggle("Logarithmic loss", key="log-loss", help="Shows whether it still falls.")
    with right:
        st.plotly_chart(plots.curves(view.history, view.points, "accuracy", best), key="accuracy")
        st.caption(
            "When training goes on rising and validation falls, the network learns the "
            "pictures by heart (overfitting)."
        )


def _actions(run: Run) -> None:
    """Stop, resume, clone, delete; and, once done, what to look at next."""
    state = run.status.state
    if state == "done":
        _result(run)
    cells = st.columns(5)
    if run.status.active:
        _button(cells[0], "Stop", "stop", runs.request_stop, run, state == "stopping")
    elif state in ("stopped", "failed", "interrupted"):
        _button(cells[0], "Resume", "resume", lab.resume_training, run)
    ours = run.config["architecture"] in ARCHITECTURES
    about = "The form, filled in as for this run." if ours else "It was not trained by this form."
    if cells[1].button("Clone", key="clone", help=about, disabled=not ours):
        st.query_params.from_dict({"clone": run.name})
        st.rerun()
    if cells[2].button("New training", key="new"):
        st.query_params.clear()
        st.rerun()
    if not run.status.active and not run.read_only:
        with cells[3].popover("Delete"):
            st.write("The folder and the model in it go for good.")
            if st.button("Delete for good", key="delete", type="primary"):
                _try(runs.delete, run, then_leave=True)


def _button(cell, label: str, key: str, action, run: Run, disabled: bool = False) -> None:
    if cell.button(label, key=key, type="primary", disabled=disabled):
        _try(action, run)


def _try(action, run: Run, then_leave: bool = False) -> None:
    try:
        action(run)
    except LabError as error:
        st.error(str(error))
        return
    if then_leave:
        st.query_params.clear()
    st.rerun()


def _result(run: Run) -> None:
    try:
        metrics = run.metrics
    except LabError as error:
        st.error(str(error))
        return
    if not metrics:
        st.warning("What was measured is lost: metrics.json is gone. Clone the run to repeat it.")
        return
    if "test_interval" in metrics:
        low, high = metrics["test_interval"]
        st.success(
            f"Test accuracy {metrics['test_accuracy']:.2%} on {metrics['test_count']:,} pictures "
            f"of {metrics.get('variant') or run.config['dataset']}, "
            f"never trained or chosen on (95 % interval {low:.2%} to {high:.2%}), with "
            f"{metrics['params']:,} parameters."
        )
    links = st.columns(5)
    with links[0]:
        link("inside", "See its kernels", ":material/grid_on:", run=run.name)
    with links[1]:
        link("predict", "Draw for it", ":material/draw:", run=run.name)


def run_list() -> None:
    """All of one's own runs; a chosen row opens."""
    rows = lab.shelf()
    st.markdown("#### Your trainings")
    if not rows:
        st.caption("None yet. Press Start above: with the settings as they are it takes a minute.")
        return
    chosen = st.dataframe(
        rows,
        hide_index=True,
        key="shelf",
        on_select="rerun",
        selection_mode="single-row",
        column_order=(
            "run",
            "title",
            "state",
            "architecture",
            "variant",
            "epochs",
            "params",
            "test_accuracy",
        ),
        column_config={
            "run": "Run",
            "title": "Name",
            "state": "State",
            "architecture": "Network",
            "variant": "Data",
            "epochs": "Epochs",
            "params": st.column_config.NumberColumn("Parameters", format="localized"),
            "test_accuracy": st.column_config.NumberColumn("Test accuracy", format="percent"),
        },
    )
    st.caption("Tick a row to open that run.")
    if chosen["selection"]["rows"]:
        st.query_params.from_dict({"run": rows[chosen["selection"]["rows"][0]]["run"]})
        st.rerun()
