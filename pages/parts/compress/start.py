"""Making a run smaller: choose a way, set its knobs, read what it will make, start."""

import importlib
from collections.abc import Callable

import streamlit as st

from cnnlab.compression import KindCard, MethodCard, first_method, kinds, methods
from cnnlab.compression.planning import check_parent
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.shared.controls import one_of
from pages.parts.shared.plainly import show_error


def show(run: Run) -> None:
    """The whole view."""
    titles = {kind.title: kind for kind in kinds()}
    kind = titles[one_of("How", list(titles), "kind")]
    st.caption(kind.description)
    card = _method(kind.name, run)
    try:
        check_parent(run)
        _form(kind)(run, card)
    except LabError as error:
        show_error(error)


def _form(kind: KindCard) -> Callable[[Run, MethodCard], None]:
    """The form of a kind: the file of this folder that bears the name of its verb."""
    form: Callable[[Run, MethodCard], None]
    form = importlib.import_module(f"pages.parts.compress.{kind.verb}").form
    return form


def _method(kind: str, run: Run) -> MethodCard:
    """One of the kind's methods, with what it is."""
    cards = {card.name: card for card in methods(kind)}
    name = next(iter(cards))
    if len(cards) > 1:
        name = st.selectbox(
            "Method",
            list(cards),
            index=list(cards).index(first_method(kind, run.config.architecture).name),
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
