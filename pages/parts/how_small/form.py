"""The form that begins a study: data, networks, budget, how long it may take."""

from dataclasses import replace
from typing import Any

import streamlit as st

from cnnlab import datasets, recipe, runs, studies
from cnnlab.architectures import ARCHITECTURES
from cnnlab.boards import BOARDS
from cnnlab.errors import LabError
from cnnlab.registry import Knob
from cnnlab.studies import AXES, SHARED, STUDIES, Request, StudyCard, spoken
from pages.parts.shared.knobs import draw_knobs
from pages.parts.shared.links import go, link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import reader_name, sign_study
from pages.parts.shared.writing import WHY_NOT, may_write, writing_button

FIRST = "ladder"
FEW_PICTURES = 5_000
# Drawn apart, in the first row.
_ABOVE = ("budget", "smallest", "largest", "board", "minutes", "seeds")


def show() -> None:
    """Draw the form; a press of Start plans a study, begins it and goes to watch it."""
    given = _given()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        card = _kind(given.get("kind", ""))
        dataset = _dataset(given.get("dataset", ""))
        networks = _networks(dataset, given.get("architecture", ""))
    values: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        values |= _budget(card, given)
        values |= _time(card, dataset)
        st.space("stretch")
        found = datasets.available(dataset)
        pressed = writing_button(
            "Start",
            "start",
            disabled=not found.ready or not networks,
            help=_why_not(found.ready, networks),
            type="primary",
            icon=":material/play_arrow:",
            width=120,
        )
    if not may_write():
        st.caption(WHY_NOT)
    if found.ready and networks:
        st.caption(literal(_what_comes(card, dataset, values)))
    if not found.ready:
        st.warning(literal(found.sentence))
        link("datasets", "How to get this dataset", dataset=dataset)
    with st.expander("All settings", key="all-settings"):
        st.caption(literal(card.description))
        name, owner = _names(dataset, card)
        values |= draw_knobs(_rest(card), f"study-{card.name}", given.get("settings"))
        training = _training(card, dataset, given)
    if pressed:
        request = Request(
            dataset,
            tuple(networks),
            card.name,
            values,
            training,
            given.get("input_shape") if dataset == given.get("dataset") else None,
            given.get("run", ""),
        )
        _start(name, request, owner)


def _what_comes(card: StudyCard, dataset: str, values: dict[str, Any]) -> str:
    """What a press of Start does, for somebody who sees the form for the first time."""
    where = f"on {datasets.DATASETS[dataset].title}, within {spoken(values['minutes'] * 60)} here"
    watch = "You watch the answer come, and may leave meanwhile."
    if not card.axis:
        return f"Start trains its networks {where}. {watch}"
    axis = AXES[values[card.axis]]
    size = f"from {values['smallest']:,} to {axis.words(values['largest'])}"
    return f"Start trains networks {size} {where}: the curve says where accuracy falls. {watch}"


def _why_not(ready: bool, networks: list[str]) -> str | None:
    """Why Start cannot be pressed."""
    if not ready:
        return "The dataset is not on this machine yet."
    return None if networks else "Choose at least one network first."


def _given() -> dict[str, Any]:
    """What the address asks for: the run whose network is to be shrunk, or a dataset."""
    if "run" not in st.query_params:
        return {key: st.query_params[key] for key in ("dataset",) if key in st.query_params}
    run = runs.find(st.query_params["run"])
    asked = studies.smaller(run)
    st.caption(
        f"From {literal(run.title)}: the same data, trained in the same way. *Which way down?* "
        "holds its width, depth, pictures, split convolutions, a teacher and pruning against each "
        "other at equal cost; *How small?* looks for the best network of each size."
    )
    return {
        "run": run.name,
        "kind": asked.kind,
        "dataset": asked.dataset,
        "architecture": asked.architectures[0],
        "input_shape": asked.input_shape,
        "settings": dict(asked.settings),
        "training": dict(asked.training),
    }


def _kind(given: str) -> StudyCard:
    """The question; those about a run only where one is given."""
    names = [card.name for card in STUDIES if given or not card.of_run]
    first = names.index(given or "budget")
    name = st.selectbox(
        "Question",
        names,
        index=first,
        format_func=lambda name: STUDIES[name].title,
        key=f"kind-{given}",
        width=210,
        help="\n".join(f"- **{card.title}** {card.in_short}" for card in STUDIES),
    )
    return STUDIES[name]


def _dataset(first: str) -> str:
    cards = {card.name: card for card in datasets.DATASETS}
    names = list(cards)
    return st.selectbox(
        "Dataset",
        names,
        index=names.index(first if first in cards else "digits"),
        format_func=lambda name: f"{cards[name].title} ({datasets.counts_here(name)[0]:,})",
        key="dataset",
        width=240,
        help="In brackets the pictures to learn from. Your own are brought in on Datasets.",
    )


def _networks(dataset: str, first: str) -> list[str]:
    return st.multiselect(
        "Networks",
        ARCHITECTURES.names(),
        default=[first or FIRST],
        format_func=lambda name: ARCHITECTURES[name].title,
        key=f"networks-{first}",
        help="Their own knobs (width, depth, split convolutions) are turned until they have the "
        "size that is wanted. Several compete on every rung.",
    )


def _budget(card: StudyCard, given: dict[str, Any]) -> dict[str, Any]:
    """The axis and its two ends, where this kind of study has one."""
    if not card.axis:
        return {}
    usual = {knob.name: knob.default for knob in card.knobs} | given.get("settings", {})
    names = list(AXES)
    axis = st.selectbox(
        "Budget",
        names,
        index=names.index(str(usual[card.axis])),
        format_func=lambda name: AXES[name].title,
        key="budget",
        width=200,
        help="What is to be small. All four are known before anything is trained.",
    )
    run = given.get("run")
    ends = studies.ends(runs.find(run), axis, card.name) if run else AXES[axis].usual
    found: dict[str, Any] = {card.axis: axis}
    for label, name, end in zip(("From", "To"), ("smallest", "largest"), ends, strict=True):
        key = f"{name}-{axis}-{card.name}" if run else f"{name}-{axis}"
        found[name] = st.number_input(label, 1, 10**12, end, key=key, width=115)
    if "board" in usual:
        names = ["", *BOARDS.names()]
        found["board"] = st.selectbox(
            "Runs on",
            names,
            index=names.index(str(usual["board"])),
            format_func=lambda name: BOARDS[name].title if name else "any machine",
            key="board",
            width=150,
            help="Only networks count that fit there as C in int8, in flash and in RAM.",
        )
    return found


def _time(card: StudyCard, dataset: str) -> dict[str, Any]:
    """How long, a few minutes where there are few pictures, and how many seeds."""
    knobs = {knob.name: knob for knob in card.knobs}
    minutes, seeds = knobs["minutes"], knobs["seeds"]
    low, high, _ = minutes.scale
    few = datasets.DATASETS[dataset].train_count < FEW_PICTURES
    usual = 3.0 if few else float(minutes.default)
    return {
        "minutes": st.number_input(
            "Minutes",
            low,
            high,
            usual,
            key=f"minutes-{few}",
            width=95,
            help=minutes.help,
            format="%g",
        ),
        "seeds": st.number_input(
            "Seeds", 1, 20, int(seeds.default), key=f"seeds-{card.name}", width=80, help=seeds.help
        ),
    }


def _rest(card: StudyCard) -> list[Knob]:
    """The knobs that are not drawn above; texts are asked for by the command line alone."""
    shared = {knob.name for knob in SHARED}
    rest = [knob for knob in card.knobs if knob.name not in (*_ABOVE, *shared)]
    return [knob for knob in rest if knob.options or not isinstance(knob.default, str)]


def _training(card: StudyCard, dataset: str, given: dict[str, Any]) -> dict[str, Any]:
    """How all its networks are trained; epochs are the most a winner gets."""
    usual = recipe.defaults(dataset) | dict(card.recipe) | given.get("training", {})
    knobs = [replace(knob, advanced=False) for knob in recipe.KNOBS if knob.name != "seed"]
    key = f"training-{card.name}-{dataset}-{given.get('run', '')}"
    with st.container(border=True):
        st.markdown("**Training**: the most epochs a winner gets, and the rest of the recipe")
        return dict(draw_knobs(knobs, key, usual))


def _names(dataset: str, card: StudyCard) -> tuple[str, str]:
    taken = {study.name for study in studies.list_studies()}
    stem = f"{card.name}-{dataset}"
    free = next(name for n in range(1, 10_000) if (name := f"{stem}-{n}") not in taken)
    left, right = st.columns(2)
    with left:
        name = st.text_input("Name of the study", free, key=f"name-{free}", max_chars=60)
    with right:
        owner = reader_name()
    return name.strip(), owner


def _start(name: str, request: Request, owner: str) -> None:
    with st.spinner("Planning: what each network costs, and how fast it learns here"):
        try:
            made = studies.start(name, request, owner)
            sign_study(made)
        except LabError as error:
            show_error(error)
            return
    go("how_small", study=made.name)
