"""The secret of this browser: what was started with it is its reader's, whatever the name."""

import secrets
from pathlib import Path

import streamlit as st

_store = st.components.v2.component(
    "cnnlab_browser_key", js=(Path(__file__).parent / "browser_key.js").read_text()
)


def exchange_key() -> None:
    """Let the browser keep a secret, or take over the one it has kept from another time."""
    kept = _store(
        key="browser-key-store",
        data={"key": keys()[0]},
        default={"key": None},
        on_key_change=lambda: None,
    ).key
    if isinstance(kept, str) and 20 <= len(kept) <= 100:
        st.session_state["browser-key-kept"] = kept


def keys() -> list[str]:
    """The one the browser keeps first, then the one made up until that was known."""
    state = st.session_state
    state.setdefault("browser-key", secrets.token_urlsafe(24))
    return [*filter(None, [state.get("browser-key-kept")]), state["browser-key"]]
