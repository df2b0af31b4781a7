"""What accuracy is held against, on every view that draws it."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import comparison


def choose_cost(costs: Sequence[str], key: str, words: str) -> str:
    """A choice among these costs, kept in the address under `key`; `words` are its help."""
    titles = {comparison.TITLES[cost]: cost for cost in costs}
    chosen = st.selectbox(
        "Accuracy against", list(titles), key=key, bind="query-params", width=260, help=words
    )
    return titles[chosen]


def choose_errors(key: str, value: bool = False) -> bool:
    """Whether the axis shows the share of mistakes, logarithmic."""
    return st.toggle(
        "Mistakes, log axis",
        value=value,
        key=key,
        bind="query-params",
        help="From 99.0 to 99.5 % half of all mistakes are gone: this axis shows it.",
    )
