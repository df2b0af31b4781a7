"""The form that starts a quantization."""

import streamlit as st

from cnnlab import lab
from cnnlab.compression import FineTunedQuantizationCard, QuantizationCard
from cnnlab.compression.planning import finetuning
from cnnlab.runs import Run
from pages.parts.compress.common import attempted, start_button, training_knobs
from pages.parts.shared.amounts import size
from pages.parts.shared.knobs import draw_knobs
from pages.parts.shared.reader import reader_name


def form(run: Run, card: QuantizationCard | FineTunedQuantizationCard) -> None:
    """The method's knobs, the size to expect, and off."""
    if isinstance(card, FineTunedQuantizationCard):
        _trained(run, card)
        return
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


def _trained(run: Run, card: FineTunedQuantizationCard) -> None:
    key = f"{run.name}-{card.name}"
    with st.container(border=True):
        st.markdown("**Method**")
        settings = draw_knobs(card.knobs, f"set-{key}")
    st.caption(
        "Accuracy is measured on the whole test part afterwards. The run's own files hold floats "
        "that take few values; *Family and ledger* says what they take packed."
    )
    training = training_knobs(f"recipe-{key}", finetuning(run))
    owner = reader_name()
    if start_button(run):
        how = card.name, settings
        attempted(lambda: lab.start_quantization(run, *how, owner=owner, training=training))
