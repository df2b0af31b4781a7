"""To a size: how small, what is known of accuracy there, and the ways to it."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import lab
from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression import KINDS, METHODS
from cnnlab.compression.planning import check_parent
from cnnlab.datasets import DATASETS
from cnnlab.plots import compression as plots
from cnnlab.runs import Run
from pages.parts.compress.common import attempted
from pages.parts.shared.amounts import size
from pages.parts.shared.plainly import literal
from pages.parts.shared.reader import reader_name
from pages.parts.shared.shrink import shrink_this
from pages.parts.shared.writing import WHY_NOT, may_write, writing_button

HALVINGS, FIRST = 7, 2
FEW_PICTURES = 5_000  # with fewer to learn from, a teacher often helps little


def show(run: Run) -> None:
    """The slider, what was measured around the size, and a card for each way there."""
    now = run.metrics.tflite_bytes
    if not now:
        st.info("Its size is measured when it is done: come back then.")
        return
    check_parent(run)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        halved = st.select_slider(
            "Shrink this to",
            range(1, HALVINGS + 1),
            value=FIRST,
            format_func=lambda n: f"{size(now >> n)} (1/{2**n})",
            key=f"shrink-{run.name}",
            help="How large the file may be. The ways to it are below.",
        )
        shrink_this(run)
    target = now >> halved
    known = lab.measured_sizes(run)
    _figures(run, now, target, known)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        points = [(one.size_bytes, one.accuracy, one.label, one.relation) for one in known]
        st.plotly_chart(plots.sizes(points, target), key="sizes", config={"displayModeBar": False})
        st.caption(
            "Every run tested on these pictures. Left of the line fits; the higher the better. "
            "Blue: this run; orange: made from it."
        )
    with right:
        _ways(run, target)


def _figures(run: Run, now: int, target: int, known: Sequence[lab.Sized]) -> None:
    """Size, accuracy now, and the best that is known to fit."""
    accuracy = run.metrics.test_accuracy
    fitting = [one for one in known if one.size_bytes <= target]
    best = max(fitting, key=lambda one: one.accuracy, default=None)
    with st.container(horizontal=True, border=True, key="figures", gap="small"):
        st.metric("Size now", size(now), width=130)
        st.metric("Shrunk to", size(target), width=130)
        if accuracy is not None:
            st.metric("Accuracy now", f"{accuracy:.2%}", width=130)
        if best:
            apart = f"{100 * (best.accuracy - accuracy):+.2f} points" if accuracy else None
            st.metric("Best known at that size", f"{best.accuracy:.2%}", apart, width=190)
            st.caption(f"It is {literal(best.label)}.", width=240)
        else:
            st.caption("Nothing so small was measured on these pictures yet: be the first.")


def _ways(run: Run, target: int) -> None:
    """A card for each way; a press starts it with its usual settings."""
    found = lab.ways_to_shrink(run, target)
    if not found:
        st.info("No way leads there at once: go half way, then shrink the result again.")
        return
    pressed = None
    for way in found:
        with st.container(border=True, gap="small"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{KINDS[way.kind].title}**: {_words(way)}", width="stretch")
                if writing_button("Start", f"shrink-{way.kind}", type="primary"):
                    pressed = way
            st.caption(f"About {size(way.size_bytes)}. {_cost(run, way)}")
    if not may_write():
        st.caption(WHY_NOT)
    with st.expander("Who starts it"):
        owner = reader_name()
    if pressed:
        attempted(lambda: _start(run, pressed, owner))


def _words(way: lab.Way) -> str:
    kind = KINDS[way.kind]
    if kind.new_network:
        return f"{ARCHITECTURES[way.student].title} learns from it"
    if kind.trains:
        return f"{float(way.settings['share']):.0%} of the computing goes, with its filters"
    return METHODS[way.method].title


def _cost(run: Run, way: lab.Way) -> str:
    """What it takes and risks, in a sentence."""
    kind = KINDS[way.kind]
    if not kind.trains:
        return "Seconds, no training; what it costs in accuracy is measured at once."
    if not kind.new_network:
        return "Trained on for a few epochs afterwards, which brings most of the accuracy back."
    name = run.config.dataset
    few = name in DATASETS and DATASETS[name].train_count < FEW_PICTURES
    warning = "On so few pictures a teacher often helps little, or harms. " if few else ""
    return f"{warning}The same student is trained without it beside it: only that tells its worth."


def _start(run: Run, way: lab.Way, owner: str) -> list[Run]:
    kind = KINDS[way.kind]
    if kind.new_network:
        return lab.start_distillation(
            run, way.method, way.student, way.settings, owner=owner, tried=True
        )
    if kind.trains:
        return [lab.start_pruning(run, way.method, way.settings, owner=owner)]
    return [lab.start_quantization(run, way.method, way.settings, owner=owner)]
