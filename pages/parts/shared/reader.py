"""Who sits at this browser: a name for the queue, and whether it is the teacher."""

import secrets

import streamlit as st

from cnnlab import lab
from pages.parts.shared.writing import token

_FIRST = ("Brisk", "Calm", "Clever", "Gentle", "Happy", "Keen", "Lively", "Quick", "Quiet", "Sunny")
_SECOND = ("Badger", "Finch", "Fox", "Hare", "Heron", "Lynx", "Otter", "Owl", "Robin", "Wren")


def reader_name() -> str:
    """The name field. It starts with a made-up one, and follows its reader from page to page."""
    state = st.session_state
    if "reader-kept" not in state:
        given = st.query_params.get("owner", "").strip()
        state["reader-kept"] = given or f"{secrets.choice(_FIRST)} {secrets.choice(_SECOND)}"
    # A widget's value goes with the widget when another page is opened: the copy stays.
    state.setdefault("reader", state["reader-kept"])
    name = st.text_input(
        "Your name",
        key="reader",
        max_chars=lab.OWNER_LENGTH,
        help="Whoever waits takes turns by this name. Made up for this browser: write your own.",
    ).strip()
    state["reader-kept"] = name
    return name


def teacher() -> bool:
    """Whether this reader may move runs ahead: anybody, or who knows the word if one is set."""
    return lab.may_lead(token())
