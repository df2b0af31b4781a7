"""A network's layers and costs, asked once and kept."""

from collections.abc import Mapping

import streamlit as st

from cnnlab import lab
from cnnlab.registry import Value
from cnnlab.summary import Summary
from cnnlab.summary.questions import ChangedLayerTable, LayerTable


@st.cache_data(max_entries=300, show_spinner="Building the network ...")
def layer_table(
    name: str, knobs: Mapping[str, Value], input_shape: tuple[int, ...], classes: int
) -> Summary:
    """A network's layers and costs, kept for the next reader who asks for the same."""
    return lab.ask(LayerTable(name, input_shape, classes, knobs))


@st.cache_data(max_entries=300, show_spinner="Building the network ...")
def changed_layer_table(
    name: str, knobs: Mapping[str, Value], input_shape: tuple[int, ...], classes: int
) -> tuple[Summary, Summary]:
    """A changed network's layers and costs, and those it has in its source."""
    changed = LayerTable(name, input_shape, classes, knobs)
    return lab.ask(ChangedLayerTable(changed, LayerTable(name)))
