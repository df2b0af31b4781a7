"""Where the zeros of a pruned run are, layer by layer."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab, runs
from cnnlab.compression.questions import ZeroMaps
from cnnlab.runs import Run
from pages.parts.shared.plainly import literal

if TYPE_CHECKING:
    from cnnlab.compression.pruning.zeros import LayerZeros

WIDTH = 150  # pixels of a map


@st.cache_data(max_entries=20, show_spinner=False)
def _maps(name: str, state: str) -> "tuple[LayerZeros, ...]":
    return lab.ask(ZeroMaps(runs.find(name).path))


def show(run: Run) -> None:
    """A map for each layer, behind an opened box."""
    with st.expander("Where its zeros are"):
        if not st.toggle("Show the maps", key=f"zeros-{run.name}"):
            st.caption("A map for each layer: a column for each filter, a row for each weight.")
            return
        layers = _maps(run.name, lab.state_of(run))
        with st.container(horizontal=True):
            for layer in layers:
                words = f"{literal(layer.name)}: {layer.share:.0%} zeros"
                if layer.empty:
                    words += f", {layer.empty} of {layer.filters} filters empty"
                st.image(layer.picture, words, width=WIDTH)
        st.caption(
            "Blue is a weight, pale is a zero; where a layer has more weights than the map has "
            "cells, a cell is as blue as weights are left in it. A filter whose column is empty "
            "answers the same to every picture."
        )
