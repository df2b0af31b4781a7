"""What a page made from a run's files, kept between reruns: figures and tables of figures."""

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
