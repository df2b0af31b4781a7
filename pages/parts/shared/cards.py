"""A grid of cards that open something, as one element: a page of forty travels like one of four."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from pages.parts.shared.elements import ELEMENTS

_HERE = Path(__file__).parent
_cards = st.components.v2.component(
    "cnnlab_cards",
    html='<div class="cards" data-part="cards"></div>',
    css=(_HERE / "cards.css").read_text(),
    js=ELEMENTS + (_HERE / "cards.js").read_text(),
)


@dataclass(frozen=True)
class Card:
    """One card.

    Attributes:
        key: What Python hears when it is opened.
        title: The link's words; `text` and the smaller `facts` stand below it.
        address: Where the link leads in a tab of its own, such as "?architecture=lenet5".
        picture: An SVG above the title, or nothing.
    """

    key: str
    title: str
    text: str
    facts: str
    address: str
    picture: str = ""


def opened(cards: Sequence[Card], key: str) -> str | None:
    """Draw the cards; the key of the one that was opened just now.

    A press with the middle button or a modifier opens the address in a tab, as with any link.
    """
    component = _cards(
        key=key, data={"cards": [asdict(card) for card in cards]}, on_opened_change=lambda: None
    )
    return component.opened
