"""The form that starts a distillation."""

from typing import Any

import streamlit as st

from cnnlab import lab, recipe
from cnnlab.architectures import ARCHITECTURES, first_student
from cnnlab.compression import DistillationCard
from cnnlab.errors import LabError
from cnnlab.plots import compression as plots
from cnnlab.plots.photos import Photo, photos
from cnnlab.plots.silhouettes import columns_of, silhouettes
from cnnlab.runs import Run
from pages.parts.compress.common import (
    Places,
    architecture,
    attempted,
    layers_of,
    method_knobs,
    outlines,
    start_button,
    training_knobs,
    with_layers,
)
from pages.parts.shared.knobs import folded_knobs
from pages.parts.shared.layer_table import layer_table
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import reader_name

SHOWN = 30  # test pictures to choose from
SEEDS = {"1 seed": [0], "3 seeds": [0, 1, 2], "5 seeds": [0, 1, 2, 3, 4]}


def form(run: Run, card: DistillationCard, places: Places) -> None:
    """The teacher is `run`; everything else is asked."""
    key = f"distill-{run.name}-{card.name}"
    with places.knobs:
        pressed = start_button(run, places.action)
        with st.container(border=True):
            st.markdown("**Student**")
            name, knobs = _student(run, card, key)
        asks = with_layers(card.knobs, layers_of(run), _maps(run, name, knobs))
        settings = method_knobs(asks, f"set-{key}-{name}")
        usual = recipe.defaults(run.config.dataset) | dict(card.recipe)
        training = training_knobs(f"recipe-{key}", usual)
        seeds, alone = _how_often(key)
        owner = reader_name()
    with places.picture:
        _facts(run, name, knobs, len(seeds), alone)
        _worth(run, card, name)
        if "temperature" in settings and run.tflite_file.is_file():
            _soft_targets(run, float(settings["temperature"]))
    if pressed:
        training = {k: v for k, v in training.items() if k != "seed"}
        attempted(
            lambda: lab.start_distillation(
                run,
                card.name,
                name,
                settings,
                training,
                knobs,
                seeds=seeds,
                with_scratch=alone,
                owner=owner,
                tried=True,
            )
        )


def _how_often(key: str) -> tuple[list[int], bool]:
    """The seeds, and whether each student has a twin without a teacher."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        words = st.selectbox(
            "How often",
            list(SEEDS),
            key=f"seeds-{key}",
            help="One run can be luck: several give a mean and a spread.",
        )
    with right:
        alone = st.toggle(
            "Also from scratch",
            value=True,
            key=f"scratch-{key}",
            help="The same student on the same pictures, epochs and seed without its teacher: "
            "only beside it does the teacher's worth show.",
        )
    return SEEDS[words], alone


def _worth(run: Run, card: DistillationCard, student: str) -> None:
    """What this method did for this student before, by the lab's own figures; else how to know."""
    found = [one for one in lab.taught(run, card.name, student) if one.sentence]
    for one in found[:2]:
        whose = "" if one.teacher == run.name else f"With another teacher ({one.teacher}). "
        st.info(literal(whose + one.sentence))
    if not found:
        st.caption(
            "Whether this teacher helps this student has not been measured here: small pictures "
            "and small students often learn as well alone. *Also from scratch* tells."
        )


def _soft_targets(run: Run, temperature: float) -> None:
    """What the student would hear of one picture, at 1 and at the temperature set above."""
    with st.expander("What the teacher says of one picture, softened", expanded=True):
        number = st.slider(
            "Test picture",
            *(0, SHOWN - 1, 0),
            key=f"soft-{run.name}",
            help="Try several: which other classes does the teacher hear in this one?",
        )
        try:
            found = lab.soft_targets(run, number, list(dict.fromkeys((1.0, temperature, 20.0))))
        except LabError as error:
            st.caption(literal(str(error)))
            return
        left, right = st.columns([1, 4], vertical_alignment="center")
        words = f"is {found.truth}"
        left.html(photos([Photo(found.picture, f"A test picture that {words}", words)], 96))
        right.plotly_chart(plots.soft_targets(found.labels, found.rows), key="soft-targets")
        st.caption(
            "At T = 1 the teacher is sure of one class; the higher the temperature, the louder "
            "the others become, until at 20 they nearly drown the right one."
        )


def _student(run: Run, card: DistillationCard, key: str) -> tuple[str, dict[str, Any]]:
    names = ARCHITECTURES.names()
    usual = first_student(run.config.architecture, run.config.input_shape[2]).name
    wanted = st.query_params.get("student", "")
    name = architecture(
        "Network",
        names,
        wanted if wanted in names else usual,
        f"student-{key}",
        "Any network may learn from any other on the same pictures. In brackets its parameters.",
    )
    chosen = ARCHITECTURES[name]
    if card.freezes:
        st.caption("Layers are frozen where name and size are the teacher's; the rest learns.")
    own = run.config.knobs if name == run.config.architecture else None
    label = f"Change the student: the knobs of {chosen.title}"
    return name, folded_knobs(label, chosen.knobs, f"knob-{key}-{name}", own)


def _maps(run: Run, name: str, knobs: dict[str, Any]) -> list[str]:
    """Names of the student's layers that make maps."""
    config = run.config
    try:
        table = layer_table(name, knobs, config.input_shape, config.classes)
    except LabError:
        return []  # said further down, where the student's figures stand
    return [layer.name for layer in table.layers if len(layer.output_shape) == 3]


def _facts(run: Run, name: str, knobs: dict[str, Any], seeds: int, alone: bool) -> None:
    """What will be made, before it is: outlines of teacher and student, and their parameters."""
    config = run.config
    try:
        table = layer_table(name, knobs, config.input_shape, config.classes)
    except LabError as error:
        show_error(error)
        return
    before = run.metrics.params
    words = f"It will make a student of **{table.totals.params:,}** parameters"
    if before:
        times = before / table.totals.params
        words += f" from a teacher of {before:,} ({times:.1f} times as many)"
    words += f"; {seeds} run{'s' if seeds > 1 else ''}"
    words += ", and as many from scratch beside them." if alone else "."
    outlines(
        {
            f"Teacher: {run.label}": silhouettes().get(config.architecture, []),
            f"Student: {ARCHITECTURES[name].title}": columns_of(table.layers, config.input_shape),
        },
        words,
    )
