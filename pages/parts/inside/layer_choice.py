"""Which layer, and which of its maps: chosen in a list, kept in the address."""

from collections.abc import Sequence

import streamlit as st

from cnnlab.visualization.network import LayerInfo

_WITHIN = ("filter", "row", "column")  # places in a layer, of no meaning in another


def choose_layer(layers: Sequence[LayerInfo], key: str, words: str) -> LayerInfo:
    """One of a network's lines; `?layer=` in the address."""
    known = {layer.name: layer for layer in layers}
    names = list(known)
    wanted = st.query_params.get("layer")
    name = st.selectbox(
        "Layer",
        names,
        index=names.index(wanted) if wanted in known else 0,
        format_func=lambda n: f"{n} ({known[n].kind}, {known[n].size})",
        key=f"{key}-{wanted if wanted in known else ''}",
        help=words,
    )
    if name != wanted:
        st.query_params["layer"] = name
        for word in _WITHIN:
            st.query_params.pop(word, None)
    return known[name]


def asked_number(word: str, count: int, usual: int = 0) -> int:
    """A number from the address, inside 0 to `count` - 1."""
    text = st.query_params.get(word, "")
    return min(int(text), count - 1) if text.isdecimal() else usual
