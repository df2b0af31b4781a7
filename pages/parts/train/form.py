"""The form that starts a training: network, data, how thorough; all else is folded away."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnnlab import datasets, lab, recipe, runs, schema
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import RunConfig
from pages.parts.shared import guess_first
from pages.parts.shared.amounts import shape
from pages.parts.shared.knobs import folded_knobs, knobs_in_address
from pages.parts.shared.layer_table import layer_table
from pages.parts.shared.links import link, now_at
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import reader_name, sign, teacher
from pages.parts.shared.writing import WHY_NOT, may_write, writing_button
from pages.parts.train.dial import dial, prefix
from pages.parts.train.live_metrics import duration
from pages.parts.train.room_budget import room_budget
from pages.parts.train.settings import beginning, rate_box, training_settings
from pages.parts.train.twenty import show_before


def training_form() -> None:
    """Draw the form; a press of Start makes a run and goes to watch it."""
    given = _given()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        architecture, dataset = _what(given)
        key = f"{architecture}-{dataset}-{given.get('clone', '')}"
        thorough = dial(given, dataset, key)
        st.space("stretch")
        guess_first.offer("How many of the test pictures will it read?")
        found = datasets.available(dataset)
        pressed = writing_button(
            "Start",
            "start",
            disabled=not found.ready,
            help=None if found.ready else "The dataset is not on this machine yet.",
            type="primary",
            icon=":material/play_arrow:",
            width=120,
        )
    if not may_write():
        st.caption(WHY_NOT)
    if not found.ready:
        _absent(dataset, found.sentence)
    plan = st.container(gap=None)
    with st.expander("All settings", key="all-settings"):
        start = beginning(architecture, key, given.get("parent") or "")
        settings, knobs, source = _settings(given, architecture, dataset, start, key)
        try:
            rate_box(settings, dataset)
            own = architecture == given.get("architecture") and dataset == given.get("dataset")
            before = given.get("input_shape") if own else None
            size = start.config.input_shape if start else _size(architecture, dataset, key, before)
        except LabError as error:
            with plan:
                show_error(error)
            return
        whose = _whose(key)
    try:
        with plan:
            what = architecture, dataset, settings, knobs, size
            config = lab.plan_begun(start, *what) if start else recipe.plan(*what)
            _plan(config, "the source's own recipe" if source else thorough)
            room_budget(config)
    except LabError as error:
        with plan:
            show_error(error)
        return
    if pressed:
        _start(config, settings, knobs, whose)
    if found.ready:
        show_before(dataset, size)


def _given() -> dict[str, Any]:
    """What the address asks for: a run to clone, or an architecture, a dataset and settings."""
    clone, start = st.query_params.get("clone"), st.query_params.get("from")
    if start:
        begun = runs.find(start).config
        return {"architecture": begun.architecture, "dataset": begun.dataset, "parent": start}
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
    if wanted := knobs_in_address(recipe.KNOBS):
        given["settings"] = wanted
    return given


def _what(given: Mapping[str, Any]) -> tuple[str, str]:
    names = ARCHITECTURES.names()
    first = given.get("architecture", "lenet5")
    architecture = st.selectbox(
        "Network",
        names,
        index=names.index(ARCHITECTURES[first].name),
        format_func=lambda n: f"{ARCHITECTURES[n].title} ({ARCHITECTURES[n].params:,})",
        key=f"architecture-{given.get('clone', '')}",
        width=245,
        help="In brackets the parameters it was made with: other data, another size of picture "
        "or a turned knob change them. Small networks train in seconds.",
    )
    cards = {card.name: card for card in datasets.DATASETS}
    first = given.get("dataset") or recipe.usual_dataset(ARCHITECTURES[architecture])
    dataset = st.selectbox(
        "Dataset",
        list(cards),
        index=list(cards).index(datasets.DATASETS[first].name),
        format_func=lambda n: f"{cards[n].title} ({datasets.counts_here(n)[0]:,})",
        key=f"dataset-{given.get('clone', '')}",
        width=210,
        help="In brackets the pictures to learn from. Digits and the small part of MNIST are "
        "built in; the others are read from your disk once they are there.",
    )
    return architecture, dataset


def _settings(
    given: Mapping[str, Any], architecture: str, dataset: str, start: Run | None, key: str
) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """The recipe's and the network's knobs, and whether they are the source's own."""
    state, card = st.session_state, ARCHITECTURES[architecture]
    turn = state.get(f"dial-turn-{key}", 0)
    values: dict[str, Any] = recipe.level(dataset, state.get(f"dial-base-{key}", "usual"))
    if not turn and given.get("dataset") == dataset and "recipe" in given:
        values = given["recipe"]
    if not turn:
        values = {**values, **given.get("settings", {})}
    source, place = False, prefix(key, turn)
    if card.recipe:
        source = st.toggle(
            "The source's own recipe",
            key=f"source-{key}",
            help=f"Sets what {card.source} trained it with. Try it, then ours, and compare.",
        )
    if source:
        values, place = {**values, **card.recipe}, f"recipe-source-{key}"
    if start:
        settings = training_settings(f"{place}-{start.name}", lab.gentle(values))
        st.caption("Its knobs and its size of picture are kept: the weights fit no others.")
        return settings, dict(start.config.knobs), source
    settings = training_settings(place, values)
    knobs: dict[str, Any] = {}
    if card.knobs:  # another network has other knobs
        label = f"Change the network: the knobs of {card.title}"
        own = given.get("knobs") if architecture == given.get("architecture") else None
        knobs = folded_knobs(label, card.knobs, f"knob-{key}", own)
    return settings, knobs, source


def _plan(config: RunConfig, level: str) -> None:
    """What Start would do, in a sentence or two."""
    forecast, epochs = _forecast(config), config.recipe.epochs
    words = f"**{epochs} epoch{'s' if epochs > 1 else ''} over {forecast.pictures:,} pictures"
    seconds = forecast.seconds
    words += ".**" if seconds is None else f", about {duration(seconds)} here.**"
    words += f" {forecast.held_out:,} are kept aside"
    if forecast.accuracy is not None:
        words += f". Such a run reached {forecast.accuracy:.1%} in {forecast.epochs} epochs"
    balanced = config.recipe.class_weights == "balanced"
    words += ". Class weights make every class count alike" if balanced else ""
    st.markdown(f"{words}. Settings: {level or 'your own'}.")
    knobs, size = dict(config.knobs), config.input_shape
    totals = layer_table(config.architecture, knobs, size, config.classes).totals
    begun = f"Begins with the weights of {literal(config.parent)}. " if config.parent else ""
    st.caption(
        f"{begun}{totals.params:,} parameters and {totals.macs:,} multiply-accumulates "
        f"for a picture of {shape(size)}, {config.classes} classes."
    )


def _forecast(config: RunConfig) -> lab.Forecast:
    return _cached_forecast(config.asked, len(runs.list_runs()), config)


@st.cache_data(max_entries=200, ttl=30, show_spinner=False)
def _cached_forecast(asked: str, runs_here: int, _config: RunConfig) -> lab.Forecast:
    """Kept for half a minute; another plan, or another run, asks anew."""
    return lab.forecast(_config)


def _absent(dataset: str, sentence: str) -> None:
    """Why it cannot start, and what could: get the data, or take what is here."""
    st.warning(literal(sentence))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kin = datasets.stand_in(dataset)
        other = kin if kin != dataset else "digits"
        if st.button(f"Take {datasets.DATASETS[other].title}, which is here", key="instead"):
            st.query_params["dataset"] = other
            for name in [one for one in st.session_state if str(one).startswith("dataset-")]:
                del st.session_state[name]
            st.rerun()
        link("datasets", "How to get this dataset", dataset=dataset)


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


def _start(
    config: RunConfig, settings: dict[str, Any], knobs: dict[str, Any], whose: dict[str, Any]
) -> None:
    try:
        run = lab.start_training(
            *(config.architecture, config.dataset, settings, knobs, config.input_shape),
            **whose,
            start=config.parent or "",
        )
        sign([run])
        guess_first.keep_for(run)
    except LabError as error:
        show_error(error)
        return
    now_at({"run": run.name})
    st.rerun()
