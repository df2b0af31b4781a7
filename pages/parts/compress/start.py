"""Making a run smaller: choose a way, set its knobs, read what it will make, start."""

from collections.abc import Callable

import streamlit as st

from cnnlab.compression import KINDS, MethodCard, methods
from cnnlab.compression.planning import check_parent
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.compress import distill, prune, pyramid, quantize
from pages.parts.shared.controls import one_of

FORMS: dict[str, Callable[[Run, MethodCard], None]] = {
    "distillation": distill.form,
    "pyramid": pyramid.form,
    "pruning": prune.form,
    "quantization": quantize.form,
}


def show(run: Run) -> None:
    """The whole view."""
    words = {kind.capitalize(): kind for kind in KINDS}
    kind = words[one_of("How", list(words), "kind")]
    st.caption(KINDS[kind])
    card = _method(kind, run)
    try:
        check_parent(run)
        FORMS[kind](run, card)
    except LabError as error:
        st.error(str(error))


def _method(kind: str, run: Run) -> MethodCard:
    """One of the kind's methods, with what it is."""
    cards = {card.name: card for card in methods(kind)}
    name = next(iter(cards))
    if len(cards) > 1:
        name = st.selectbox(
            "Method",
            list(cards),
            index=list(cards).index(_first(kind, run)),
            format_func=lambda n: cards[n].title,
            key=f"method-{kind}-{run.name}",
            help="Each says what it does and where it comes from.",
        )
    card = cards[name]
    with st.container(border=True):
        st.markdown(card.description)
        if card.formula:
            st.latex(card.formula)
        st.caption(f"Source: [{card.source}]({card.url})")
    return card


def _first(kind: str, run: Run) -> str:
    """The method to begin with: the best known, or the one the network was made for."""
    if kind == "distillation" and run.config.architecture == "irtza_teacher":
        return "frozen_logits"
    return {"distillation": "hinton", "pruning": "filters", "quantization": "int8"}[kind]
