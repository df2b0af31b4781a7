"""The form that starts a training: network, data, settings, and the curve of the learning rate."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnnlab import datasets, lab, recipe, runs, schema
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.plots import training as plots
from cnnlab.registry import Knob
from cnnlab.schema import Recipe
from pages.parts.shared.amounts import shape
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.knobs import draw_knobs, folded_knobs, knobs_in_address
from pages.parts.shared.layer_table import layer_table
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import reader_name, teacher
from pages.parts.shared.writing import start_button


def training_form() -> None:
    """Draw the form; a press of Start makes a run and goes to watch it."""
    given = _given()
    architecture, dataset = _what(given)
    key = f"{architecture}-{dataset}-{given.get('clone', '')}"
    card = ARCHITECTURES[architecture]
    st.markdown("#### How")
    values = _recipe(given, dataset)
    if card.recipe and st.toggle(
        "The source's own recipe",
        key=f"source-{key}",
        help=f"Sets what {card.source} trained it with. Try it, then ours, and compare.",
    ):
        values, key = {**values, **card.recipe}, f"source-{key}"
    settings = _settings(f"recipe-{key}", values)
    # Another network has other knobs, and other data another size.
    same_network = architecture == given.get("architecture")
    same = same_network and dataset == given.get("dataset")
    knobs: dict[str, Any] = {}
    if card.knobs:
        label = f"Change the network: the knobs of {card.title}"
        own = given.get("knobs") if same_network else None
        knobs = folded_knobs(label, card.knobs, f"knob-{key}", own)
    _rate(settings, dataset)
    try:
        size = _size(architecture, dataset, key, given.get("input_shape") if same else None)
        _facts(architecture, dataset, knobs, size)
    except LabError as error:
        show_error(error)
        return
    _start(architecture, dataset, settings, knobs, size, _whose(key))


def _whose(key: str) -> dict[str, Any]:
    """What it is called, who starts it, and whether it goes before the others."""
    left, middle, right = st.columns(3)
    with left:
        title = st.text_input(
            "Name (optional)",
            key=f"title-{key}",
            max_chars=80,
            placeholder="such as: half the filters",
            help="What you call this training in lists; the folder keeps its number.",
        )
    with middle:
        owner = reader_name()
    with right:
        priority = st.toggle(
            "Goes first",
            key="priority",
            disabled=not teacher(),
            help="Before all that wait without this. "
            + ("" if teacher() else "For the teacher: it needs the token in the sidebar."),
        )
    return {"title": title, "owner": owner, "priority": priority and teacher()}


def _settings(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
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


def _knobs(*names: str) -> tuple[Knob, ...]:
    return tuple(knob for name in names for knob in recipe.KNOBS if knob.name == name)


def _given() -> dict[str, Any]:
    """What the address asks for: a run to clone, or an architecture and a dataset."""
    clone = st.query_params.get("clone")
    if clone:
        config = runs.find(clone).config
        st.caption(f"Everything is set as in {literal(clone)}: change one thing and compare.")
        return schema.to_json(config) | {"clone": clone}
    given: dict[str, Any] = {
        name: st.query_params[name]
        for name in ("architecture", "dataset")
        if name in st.query_params
    }
    if "architecture" in given:
        given["knobs"] = knobs_in_address(ARCHITECTURES[given["architecture"]].knobs)
    return given


def _recipe(given: Mapping[str, Any], dataset: str) -> dict[str, Any]:
    if given.get("dataset") == dataset and "recipe" in given:
        return given["recipe"]
    return recipe.defaults(dataset)


def _what(given: Mapping[str, Any]) -> tuple[str, str]:
    st.markdown("#### What")
    left, right = st.columns(2)
    names = ARCHITECTURES.names()
    first = given.get("architecture", "lenet5")
    with left:
        architecture = st.selectbox(
            "Network",
            names,
            index=names.index(ARCHITECTURES[first].name),
            format_func=lambda n: f"{ARCHITECTURES[n].title} ({ARCHITECTURES[n].params:,} as made)",
            key=f"architecture-{given.get('clone', '')}",
            help="In brackets the parameters it was made with: other data, another size of picture "
            "or a turned knob change them. Small networks train in seconds.",
        )
    cards = {card.name: card for card in datasets.DATASETS}
    first = given.get("dataset") or recipe.usual_dataset(ARCHITECTURES[architecture])
    with right:
        dataset = st.selectbox(
            "Dataset",
            list(cards),
            index=list(cards).index(datasets.DATASETS[first].name),
            format_func=lambda n: f"{cards[n].title} ({datasets.counts_here(n)[0]:,} pictures)",
            key=f"dataset-{given.get('clone', '')}",
            help="Digits and the small part of MNIST are built in; the others are read from your "
            "disk once they are there.",
        )
    return architecture, dataset


def _rate(settings: Mapping[str, Any], dataset: str) -> None:
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


def _size(
    architecture: str, dataset: str, key: str, given: list[int] | None
) -> tuple[int, int, int]:
    """The size pictures are brought to: the dataset's, the network's own, or any typed."""
    card, data = ARCHITECTURES[architecture], datasets.DATASETS[dataset]
    usual = recipe.own_shape(card, data) if given is None else tuple(given)
    sizes = dict.fromkeys((usual, data.input_shape, card.input_shape))
    typed = st.selectbox(
        "Picture size",
        [shape(size) for size in sizes],
        key=f"size-{key}",
        accept_new_options=True,
        help="Height x width x channels. Small is fast; type another, such as 64x64x3.",
    )
    return recipe.parse_shape(typed)


def _facts(
    architecture: str, dataset: str, knobs: dict[str, Any], size: tuple[int, int, int]
) -> None:
    """What exactly will be trained: parameters, computation, classes."""
    config = recipe.plan(architecture, dataset, knobs=knobs, input_shape=size)
    totals = layer_table(architecture, knobs, size, config.classes).totals
    st.caption(
        f"{totals.params:,} parameters and {totals.macs:,} multiply-accumulates for a picture of "
        f"{shape(size)}, {config.classes} classes."
    )


def _start(
    architecture: str,
    dataset: str,
    settings: dict[str, Any],
    knobs: dict[str, Any],
    size: tuple[int, int, int],
    whose: dict[str, Any],
) -> None:
    found = datasets.available(dataset)
    if not found.ready:
        st.warning(literal(found.sentence))
        link("datasets", "How to get this dataset", dataset=dataset)
    pressed = start_button("Start training", found.ready)
    if pressed:
        try:
            run = lab.start_training(architecture, dataset, settings, knobs, size, **whose)
        except LabError as error:
            show_error(error)
            return
        st.query_params.from_dict({"run": run.name})
        st.rerun()
