"""Making a run smaller: a way, its method and Start in one row; knobs beside what they will do."""

import importlib
from collections.abc import Callable

import streamlit as st

from cnnlab.compression import KindCard, MethodCard, first_method, kinds, methods
from cnnlab.compression.planning import check_parent
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.compress.common import Places
from pages.parts.shared.controls import one_of
from pages.parts.shared.plainly import show_error


def show(run: Run) -> None:
    """The whole view."""
    titles = {kind.title: kind for kind in kinds()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = titles[one_of("How", list(titles), "kind")]
        card = _method(kind.name, run)
        st.space("stretch")
        action = st.container(
            horizontal=True, vertical_alignment="bottom", gap="small", width="content"
        )
    summary, _, rest = card.description.partition("\n")
    st.markdown(f"**{card.title}.** {summary}")
    knobs, picture = st.columns([6, 5], gap="medium")
    try:
        check_parent(run)
        _form(kind)(run, card, Places(action, knobs, picture))
    except LabError as error:
        show_error(error)
    with picture:
        _explained(card, rest.strip())


def _form(kind: KindCard) -> Callable[[Run, MethodCard, Places], None]:
    """The form of a kind: the file of this folder that bears the name of its verb."""
    form: Callable[[Run, MethodCard, Places], None]
    form = importlib.import_module(f"pages.parts.compress.{kind.verb}").form
    return form


def _method(kind: str, run: Run) -> MethodCard:
    """One of the kind's methods; no choice where there is one alone."""
    cards = {card.name: card for card in methods(kind)}
    name = next(iter(cards))
    if len(cards) > 1:
        name = st.selectbox(
            "Method",
            list(cards),
            index=list(cards).index(first_method(kind, run.config.architecture).name),
            format_func=lambda n: cards[n].title,
            key=f"method-{kind}-{run.name}",
            width=290,
            help="Each says what it does and where it comes from.",
        )
    return cards[name]


def _explained(card: MethodCard, rest: str) -> None:
    """The rest of what a method is, with formula and source."""
    with st.expander("How it works", icon=":material/function:"):
        if rest:
            st.markdown(rest)
        if card.formula:
            st.latex(card.formula)
        st.caption(f"Source: [{card.source}]({card.url})")
