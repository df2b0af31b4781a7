"""The gallery: every network as a dot and as a card, with search and filters."""

import streamlit as st

from cnnlab.architectures import ARCHITECTURES, ArchitectureCard
from cnnlab.datasets import DATASETS
from cnnlab.plots import architectures as plots
from cnnlab.plots.silhouettes import silhouette, silhouettes
from pages.parts.shared.amounts import shape
from pages.parts.shared.cards import Card, opened
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.links import go

SIZES = {
    "10 thousand": 10_000,
    "100 thousand": 100_000,
    "1 million": 1_000_000,
    "10 million": 10_000_000,
    "any size": 10**12,
}


def gallery() -> None:
    """Draw the filters, then what passes them."""
    cards = sorted(_filtered(), key=lambda card: card.params)
    if not cards:
        st.info("No network passes all filters: take one of them away.")
        return
    st.caption(
        f"{len(cards)} of {len(ARCHITECTURES)} networks, smallest first, each drawn on one scale: "
        "height is the side of its maps, breadth their number. Open one to turn its knobs."
    )
    chosen = opened([_card(card) for card in cards], "cards")
    if chosen:
        go("architectures", architecture=chosen)
    _map(cards)


def _filtered() -> list[ArchitectureCard]:
    """The cards that pass what the reader set."""
    one, two, three, four = st.columns([2, 1, 1, 1])
    text = one.text_input(
        "Search",
        key="search",
        placeholder="such as: squeeze, depthwise, teacher",
        help="Looks in names, families, sources and descriptions.",
    )
    families = sorted({card.family for card in ARCHITECTURES})
    known = sorted({name for card in ARCHITECTURES for name in card.datasets})
    family = two.selectbox(
        "Family", ["all", *families], key="family", help="Networks that grew from one idea."
    )
    dataset = three.selectbox(
        "Made for",
        ["all", *known],
        format_func=_dataset_title,
        key="dataset",
        help="The pictures the network was made for; it can be trained on others.",
    )
    largest = four.selectbox(
        "At most",
        list(SIZES),
        index=len(SIZES) - 1,
        format_func=lambda size: size if size.startswith("any") else f"{size} parameters",
        key="largest",
        help="Parameters are the numbers a network learns; each takes 4 bytes.",
    )
    return [
        card
        for card in ARCHITECTURES
        if card.params <= SIZES[largest]
        and family in ("all", card.family)
        and (dataset == "all" or dataset in card.datasets)
        and all(word in _words(card) for word in text.lower().split())
    ]


def _words(card: ArchitectureCard) -> str:
    """Everything the search looks in."""
    searched = (card.name, card.title, card.family, card.source)
    return " ".join((*searched, card.description, card.contradiction)).lower()


def _map(cards: list[ArchitectureCard]) -> None:
    """All sizes on one axis; a click on a dot opens its network."""
    names = "-".join(card.name for card in cards)
    chosen = st.plotly_chart(
        kept_figure(("sizes", names), lambda: plots.sizes(cards)),
        key=f"sizes-{names}",
        on_select="rerun",
        selection_mode="points",
        theme="streamlit",
        config={"displayModeBar": False},
    )
    st.caption(
        "Each dot is a network. One step to the right is ten times the parameters: from left to "
        "right lies a factor of ten thousand. Click a dot to open it."
    )
    points = chosen.selection.points if chosen else []
    if points:
        go("architectures", architecture=cards[points[0]["point_index"]].name)


def _card(card: ArchitectureCard) -> Card:
    """What a network is, how large, what was published."""
    facts = [f"{card.params:,} parameters", shape(card.input_shape), card.family]
    reached = [figure for figure in card.published if figure.accuracy is not None]
    if reached:
        facts.append(f"{reached[0].accuracy:.1%} published on {reached[0].dataset}")
    what = card.description.split("\n\n")[0].replace("\n", " ")
    address = f"?architecture={card.name}"
    columns = silhouettes().get(card.name)
    picture = silhouette(columns) if columns else ""
    return Card(card.name, card.title, what, " · ".join(facts), address, picture)


def _dataset_title(name: str) -> str:
    return DATASETS[name].title if name in DATASETS else name
