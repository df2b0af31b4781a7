"""The form that starts a quantization."""

from collections.abc import Mapping

import streamlit as st

from cnnlab import lab
from cnnlab.compression import FineTunedQuantizationCard, QuantizationCard
from cnnlab.compression.planning import finetuning
from cnnlab.plots import compression as plots
from cnnlab.registry import Value
from cnnlab.runs import Run
from pages.parts.compress.common import (
    Places,
    attempted,
    method_knobs,
    start_button,
    training_knobs,
)
from pages.parts.shared.amounts import size
from pages.parts.shared.reader import reader_name

NO_BAR = {"displayModeBar": False}


def form(run: Run, card: QuantizationCard | FineTunedQuantizationCard, places: Places) -> None:
    """The method's knobs, the size to expect, and off."""
    key = f"{run.name}-{card.name}"
    with places.knobs:
        pressed = start_button(run, places.action)
        settings = method_knobs(card.knobs, f"set-{key}")
        training = None
        if isinstance(card, FineTunedQuantizationCard):
            training = training_knobs(f"recipe-{key}", finetuning(run))
        owner = reader_name()
    with places.picture:
        _expected(run, card, settings)
    if pressed:
        how = card.name, settings
        attempted(lambda: lab.start_quantization(run, *how, owner=owner, training=training))


def _expected(
    run: Run, card: QuantizationCard | FineTunedQuantizationCard, settings: Mapping[str, Value]
) -> None:
    """What the weights take before and after, and what was measured at such sizes."""
    weights = run.metrics.params_batchnorm_folded or run.metrics.params
    trained = isinstance(card, FineTunedQuantizationCard)
    bits = int(settings["bits"]) if trained else getattr(card, "bits", 32)
    now = run.metrics.tflite_bytes
    if not weights or not now:
        return
    after = weights * bits // 8
    with st.container(horizontal=True, gap="small"):
        st.metric("Weights as floats", size(4 * weights), width=150)
        less = f"{bits / 32 - 1:+.0%}"
        st.metric(f"In {bits} bits", size(after), less, delta_color="off", width=150)
    points = [(s.size_bytes, s.accuracy, s.label, s.relation) for s in lab.measured_sizes(run)]
    if points:
        target = now - 4 * weights + after
        st.plotly_chart(plots.sizes(points, max(after, target)), key="sizes", config=NO_BAR)
        st.caption(
            "Every run tested on these pictures; blue: this one, orange: made from it. The line "
            "stands where the new file will be, tables included; its accuracy is measured on the "
            "whole test part."
        )
    if trained:
        st.caption(
            "The run's own files hold floats that take few values; *Family and ledger* says what "
            "they take packed."
        )
