"""Datasets: look at the pictures a network learns from, before it learns."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnlab.datasets import DATASETS, DatasetCard, counts_here
from cnnlab.errors import LabError
from pages.parts.datasets.boxes import class_boxes
from pages.parts.datasets.card import describe, get_ready, show_damaged
from pages.parts.datasets.own_pictures import add_own_pictures
from pages.parts.datasets.views import show_views
from pages.parts.shared.header import header
from pages.parts.shared.links import now_at
from pages.parts.shared.plainly import literal, show_error

TITLE, ICON, TURN = "Datasets", ":material/photo_library:", 30
PARTS = {
    "look": ":material/photo_library: Look at a dataset",
    "own": ":material/add_photo_alternate: Your own pictures",
}


def choose(place: DeltaGenerator) -> str:
    """The dataset to look at, kept in the address; one that is gone is told of in `place`."""
    cards = {card.name: card for card in DATASETS}
    wanted = st.query_params.get("dataset", "digits")
    if wanted not in cards:
        place.warning(f"There is no dataset {literal(repr(wanted))} (any more): choose another.")
        wanted = "digits"
    name = st.selectbox(
        "Dataset",
        list(cards),
        index=list(cards).index(wanted),
        format_func=lambda name: _words(cards[name]),
        key=f"dataset-{wanted}-{len(cards)}",
        width=480,
        help="Small ones first. Nothing is downloaded before you say so.",
    )
    if name != wanted:
        now_at({"dataset": name})
        st.rerun()
    return name


def _words(card: DatasetCard) -> str:
    total = sum(counts_here(card.name))
    size = "x".join(map(str, card.native_shape)) if card.native_shape else "every size"
    return f"{card.title}: {total:,} pictures, {len(card.labels)} classes, {size}"


def part() -> str:
    """Whether one looks at a dataset or makes one, kept in the address."""
    wanted = "own" if st.query_params.get("make") == "own" else "look"
    chosen = st.segmented_control(
        "Part",
        list(PARTS),
        format_func=PARTS.__getitem__,
        default=wanted,
        required=True,
        key=f"part-{wanted}",
        label_visibility="collapsed",
    )
    if chosen != wanted:
        now_at({"make": "own"} if chosen == "own" else {})
        st.rerun()
    return wanted


def look(name: str) -> None:
    """One dataset, and own ones that are damaged."""
    try:
        card = DATASETS[name]
        describe(card)
        if get_ready(card):
            show_views(card)
    except LabError as error:
        show_error(error)
    show_damaged()


header(TITLE, "What does a network learn from?")
warning = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    wanted = part()
    name = choose(warning) if wanted == "look" else ""
if name:
    look(name)
else:
    class_boxes()
    add_own_pictures()
