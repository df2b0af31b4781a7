"""Buttons that change something on the server: they ask for its token where one is set."""

from typing import Any

import streamlit as st

from cnnlab import lab
from cnnlab.markdown import literal

WHY_NOT = "This server asks for its token before anything is started or changed: see the sidebar."


def token() -> str:
    """What the reader gave as the server's token."""
    return st.session_state.get("token-kept", "")


def may_write() -> bool:
    """Whether this reader may change something on the server."""
    return lab.may_write(token())


def token_field() -> None:
    """The field for the token, where one is needed; its value stays from page to page."""
    if lab.may_write("") and lab.may_lead(""):
        return
    state = st.session_state
    state.setdefault("token", state.get("token-kept", ""))
    state["token-kept"] = st.text_input(
        "Token",
        key="token",
        type="password",
        help="Ask whoever runs this server. Without it you can look, draw and predict.",
    )
    if state["token-kept"] and not (lab.may_write(token()) or lab.may_lead(token())):
        st.caption("That is not the token.")


def writing_button(
    label: str, key: str, disabled: bool = False, help: str | None = None, **look: Any
) -> bool:
    """A button that only counts with the token; without it, it says why it is off.

    `help` may quote a reader: a tooltip would read Markdown in it.
    """
    allowed = may_write()
    about = literal(help) if help else None
    pressed = st.button(
        label,
        key=key,
        disabled=disabled or not allowed,
        help=about if allowed else WHY_NOT,
        **look,
    )
    return pressed and allowed
