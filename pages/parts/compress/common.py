"""What the forms of the Compress page share: training settings, layer names, where to go next."""

import base64
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from cnnlab import datasets, lab, recipe
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.plots.silhouettes import Column, silhouette
from cnnlab.registry import Knob, Value
from cnnlab.runs import Run
from pages.parts.shared import guess_first
from pages.parts.shared.knobs import draw_knobs
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import sign
from pages.parts.shared.writing import WHY_NOT, may_write, writing_button

FIRST = ("epochs", "learning_rate", "train_limit")


@dataclass(frozen=True)
class Places:
    """Where a form stands: Start in the row above, knobs at the left, what they do beside them."""

    action: DeltaGenerator
    knobs: DeltaGenerator
    picture: DeltaGenerator


def training_knobs(key: str, values: Mapping[str, Any]) -> dict[str, Value]:
    """Epochs and rate at once, the rest of the recipe folded away."""
    with st.container(border=True):
        st.markdown("**Training**")
        plain = [knob for name in FIRST for knob in recipe.KNOBS if knob.name == name]
        rest = [replace(k, advanced=True) for k in recipe.KNOBS if k.name not in FIRST]
        return draw_knobs([*plain, *rest], key, values, columns=2, more="More training settings")


def method_knobs(knobs: Sequence[Knob], key: str) -> dict[str, Value]:
    """What is set on a method; nothing is drawn where there is nothing to set."""
    if not knobs:
        return {}
    with st.container(border=True):
        st.markdown("**Method**")
        return draw_knobs(knobs, key, columns=2)


def outlines(networks: Mapping[str, Sequence[Column]], words: str) -> None:
    """Networks one under another, as outlines on one scale; `words` tell what one sees."""
    rows = [
        f'<div><div style="font-size:0.87rem">{html.escape(name)}</div>{_picture(columns)}</div>'
        for name, columns in networks.items()
        if columns
    ]
    if rows:
        st.html(f'<div style="display:grid;gap:0.75rem;overflow:hidden">{"".join(rows)}</div>')
        st.caption(words)


def _picture(columns: Sequence[Column]) -> str:
    """An outline as a picture of its own: Streamlit takes drawings out of plain HTML."""
    data = base64.b64encode(silhouette(columns).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="" style="display:block">'


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


def start_button(run: Run, place: DeltaGenerator, label: str = "Start", lacking: str = "") -> bool:
    """The button that starts, in the row above the form.

    Off where `lacking` says what is still to be chosen, or where the data is missing: the way to
    it stands under the form.
    """
    found = datasets.available(datasets.stand_in(run.config.dataset))
    if not found.ready:
        st.warning(literal(found.sentence))
        link("datasets", "How to get this dataset", dataset=run.config.dataset)
        lacking = lacking or "The dataset is not on this machine yet."
    if not may_write():
        st.caption(WHY_NOT)
    with place:
        guess_first.offer("How many of the test pictures will the smaller one read?")
        return writing_button(
            label,
            "start",
            disabled=bool(lacking),
            help=lacking or None,
            type="primary",
            icon=":material/play_arrow:",
        )


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
