"""Datasets: look at the pictures a network learns from, before it learns."""

import streamlit as st

from cnnlab.datasets import DATASETS, DatasetCard, counts_here
from cnnlab.errors import LabError
from pages.parts.datasets.card import describe, get_ready, show_damaged
from pages.parts.datasets.own_pictures import add_own_pictures
from pages.parts.datasets.views import show_views
from pages.parts.shared.header import header
from pages.parts.shared.plainly import literal, show_error

TITLE, ICON, TURN = "Datasets", ":material/photo_library:", 30


def choose() -> str:
    """The dataset to look at, kept in the address."""
    cards = {card.name: card for card in DATASETS}
    wanted = st.query_params.get("dataset", "digits")
    if wanted not in cards:
        st.warning(f"There is no dataset {literal(repr(wanted))} (any more): choose another.")
        wanted = "digits"
    name = st.selectbox(
        "Dataset",
        list(cards),
        index=list(cards).index(wanted),
        format_func=lambda name: _words(cards[name]),
        key=f"dataset-{wanted}-{len(cards)}",
        help="Small ones first. Nothing is downloaded before you say so.",
    )
    if name != wanted:
        st.query_params.from_dict({"dataset": name})
        st.rerun()
    return name


def _words(card: DatasetCard) -> str:
    total = sum(counts_here(card.name))
    size = "x".join(map(str, card.native_shape)) if card.native_shape else "every size"
    return f"{card.title}: {total:,} pictures, {len(card.labels)} classes, {size}"


header(TITLE, "What does a network learn from?")
try:
    card = DATASETS[choose()]
    describe(card)
    if get_ready(card):
        show_views(card)
except LabError as error:
    show_error(error)
show_damaged()
add_own_pictures()
