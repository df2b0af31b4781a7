"""What the forms of the Compress page share: training settings, layer names, where to go next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from cnnlab import datasets, lab, recipe
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.registry import Knob, Value
from cnnlab.runs import Run
from pages.parts.shared import guess_first, writing
from pages.parts.shared.knobs import draw_knobs
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import sign

FIRST = ("epochs", "learning_rate", "train_limit")


def training_knobs(key: str, values: Mapping[str, Any]) -> dict[str, Value]:
    """Epochs and rate at once, the rest of the recipe folded away."""
    with st.container(border=True):
        st.markdown("**Training**")
        plain = [knob for name in FIRST for knob in recipe.KNOBS if knob.name == name]
        rest = [replace(k, advanced=True) for k in recipe.KNOBS if k.name not in FIRST]
        return draw_knobs([*plain, *rest], key, values, more="More training settings")


def with_layers(
    knobs: Sequence[Knob], teacher: Sequence[str], student: Sequence[str]
) -> list[Knob]:
    """Knobs that ask for a layer get the layers there are; "" stands for automatic.

    One that names neither teacher nor student is offered the layers both have.
    """
    both = [name for name in teacher if name in student]
    found = []
    for knob in knobs:
        if knob.default == "" and not knob.choices:
            whose = knob.name.partition("_")[0]
            names = {"teacher": teacher, "student": student}.get(whose, both)
            knob = replace(knob, choices=("", *names))
        found.append(knob)
    return found


def architecture(label: str, names: Sequence[str], first: str, key: str, help: str) -> str:
    """One of the networks, with its parameters."""
    return st.selectbox(
        label,
        names,
        index=list(names).index(first) if first in names else 0,
        format_func=lambda n: f"{ARCHITECTURES[n].title} ({ARCHITECTURES[n].params:,})",
        key=key,
        help=help,
    )


def start_button(run: Run, label: str = "Start") -> bool:
    """The button that starts; off, with the reason, where the data is missing."""
    found = datasets.available(datasets.stand_in(run.config.dataset))
    if not found.ready:
        st.warning(literal(found.sentence))
        link("datasets", "How to get this dataset", dataset=run.config.dataset)
    guess_first.offer("How many of the test pictures will the smaller one read?")
    return writing.start_button(label, found.ready)


def go_and_watch(made: Sequence[Run]) -> None:
    """To the first of the new runs; a page run by itself only names them."""
    try:
        st.switch_page("train.py", query_params={"run": made[0].name})
    except StreamlitAPIException:
        st.success(f"Started: {literal(', '.join(run.name for run in made))}.")
        link("train", "Watch it", ":material/show_chart:", run=made[0].name)


def attempted(start: Callable[[], Run | list[Run]]) -> None:
    """Start, and go to watch; what the lab refuses stands here in its sentence."""
    try:
        with st.spinner("Trying every step once"):
            started = start()
        made = started if isinstance(started, list) else [started]
        sign(made)
        guess_first.keep_for(made[0])
    except LabError as error:
        show_error(error)
        return
    go_and_watch(made)


@st.cache_data(max_entries=50, show_spinner=False)
def map_layers(name: str, stamp: int) -> list[str]:
    """Names of the layers of a run that make maps."""
    from cnnlab import runs

    return [line.name for line in lab.layers(runs.find(name)) if line.is_map]


def layers_of(run: Run) -> list[str]:
    """`map_layers`, or none while the run has no model yet or the engine cannot say."""
    if not run.model_file.is_file():
        return []
    try:
        return map_layers(run.name, run.model_file.stat().st_mtime_ns)
    except LabError:
        return []
