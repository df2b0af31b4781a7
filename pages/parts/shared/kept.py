"""What is kept between reruns: figures made from a run's files, and what belongs to a reader."""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st


@st.cache_resource(max_entries=300, show_spinner=False)
def kept(key: tuple[Hashable, ...], _make: Callable[[], Any]) -> Any:
    """What `_make` makes, made once; `key` must name everything it is made from.

    All readers share it: nobody may change it.
    """
    return _make()


def kept_figure(key: tuple[Hashable, ...], make: Callable[[], Any]) -> Any:
    """`kept` for what `make` draws: written out once, not at every rerun."""
    return kept(key, lambda: make().settle())


# What ends so belongs to a reader, not to a page; the others are state of a page, and go with it.
_READERS = ("-kept", "-key", "-store", "-made-up")
_SIDEBAR = ("token",)


def leave_the_last(page: str) -> None:
    """Forget the last page's state when another is opened: two pages may call theirs the same."""
    state = st.session_state
    if state.get("page-kept", page) != page:
        forget_page()
    state["page-kept"] = page


def forget_page() -> None:
    """The page begins anew, as its address says."""
    state = st.session_state
    for key in [str(key) for key in state]:
        if not key.endswith(_READERS) and key not in _SIDEBAR:
            del state[key]
