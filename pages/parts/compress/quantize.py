"""The form that starts a quantization."""

import streamlit as st

from cnnlab import lab
from cnnlab.compression import QuantizationCard
from cnnlab.runs import Run
from pages.parts.compress.common import attempted, start_button
from pages.parts.shared.amounts import size
from pages.parts.shared.knobs import draw_knobs
from pages.parts.shared.reader import reader_name


def form(run: Run, card: QuantizationCard) -> None:
    """The method's knobs, the size to expect, and off."""
    settings = {}
    if card.knobs:
        settings = draw_knobs(card.knobs, f"set-{run.name}-{card.name}")
    folded = run.metrics.params_batchnorm_folded or run.metrics.params
    if folded and run.tflite_file.is_file():
        st.markdown(
            f"The weights will take about **{size(folded * card.bits // 8)}**; the TFLite file "
            f"has {size(run.tflite_file.stat().st_size)} now, its tables included. The result is "
            "measured on the whole test part."
        )
    owner = reader_name()
    if start_button(run):
        attempted(lambda: lab.start_quantization(run, card.name, settings, owner=owner))
