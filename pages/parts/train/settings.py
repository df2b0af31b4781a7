"""The settings of a training, and its learning rate drawn before anything runs."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnnlab import lab, recipe
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.plots import training as plots
from cnnlab.registry import Knob
from cnnlab.runs import Run
from cnnlab.schema import Recipe
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.knobs import draw_knobs


def beginning(architecture: str, key: str, wanted: str) -> Run | None:
    """The run whose weights the training begins with; None for fresh ones."""
    found = {run.name: run for run in lab.starts(architecture)}
    if not found:
        return None
    names = ["", *found]
    chosen = st.selectbox(
        "Begin with",
        names,
        index=names.index(wanted) if wanted in found else 0,
        format_func=lambda name: f"{found[name].title} ({name})" if name else "Fresh weights",
        key=f"start-{key}",
        help="Fine-tuning: the network as that run left it learns on, from these pictures, in "
        "smaller steps. A few epochs on a few hundred pictures of your own are often enough.",
    )
    return found.get(chosen)


def training_settings(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe's knobs. The usual learning rate follows the optimizer."""
    first = draw_knobs(_knobs("epochs", "batch_size", "augmentation"), key, values)
    left, middle, right = st.columns(3)
    with left:
        first |= draw_knobs(_knobs("optimizer"), key, values, columns=1)
    optimizer = str(first["optimizer"])
    rate = OPTIMIZERS[optimizer].learning_rate
    if values.get("optimizer") == optimizer and values.get("learning_rate"):
        rate = values["learning_rate"]
    with middle:
        rate_key = f"{key}-{optimizer}"
        first |= draw_knobs(_knobs("learning_rate"), rate_key, {"learning_rate": rate}, columns=1)
    with right:
        first |= draw_knobs(_knobs("schedule"), key, values, columns=1)
    rest = tuple(knob for knob in recipe.KNOBS if knob.name not in first)
    return first | draw_knobs(rest, key, values)


def own_settings(key: str, values: Mapping[str, Any]) -> bool:
    """Whether the reader set anything in the widgets of `key` otherwise than `values`."""
    state = st.session_state
    optimizer = str(state.get(f"{key}-optimizer", values["optimizer"]))
    for knob in recipe.KNOBS:
        usual = values[knob.name]
        place = f"{key}-{knob.name}"
        if knob.name == "learning_rate":
            usual = usual or OPTIMIZERS[optimizer].learning_rate
            place = f"{key}-{optimizer}-{knob.name}"
        if state.get(place, usual) != usual:
            return True
    return False


def _knobs(*names: str) -> tuple[Knob, ...]:
    return tuple(knob for name in names for knob in recipe.KNOBS if knob.name == name)


def rate_box(settings: Mapping[str, Any], dataset: str) -> None:
    """The learning rate the settings plan, drawn before anything runs.

    Raises:
        LabError: settings that contradict each other; told at once, whether it is open or not.
    """
    checked = recipe.check(settings, dataset)
    box = st.expander("The learning rate over the training", key="rate-box", on_change="rerun")
    if not box.open:
        return
    with box:
        epochs, planned = int(checked["epochs"]), ("learning_rate", "schedule")
        key = ("rate", epochs, *(checked[name] for name in planned))
        planned_rates = recipe.of_settings(checked)
        st.plotly_chart(kept_figure(key, lambda: _rate_curve(planned_rates)), key="rate")
        st.caption("Large steps find the valley, small ones its bottom; try constant to see why.")


def _rate_curve(checked: Recipe) -> Any:
    rates = [recipe.learning_rate(checked, step, 200) for step in range(201)]
    return plots.rate_curve(rates, checked.epochs)
