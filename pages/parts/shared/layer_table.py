"""A network's layers and costs, asked once and kept."""

from collections.abc import Mapping

import streamlit as st

from cnnlab import lab
from cnnlab.registry import Value
from cnnlab.summary import Summary
from cnnlab.summary.questions import LayerTable


@st.cache_data(max_entries=300, show_spinner="Building the network ...")
def layer_table(
    name: str, knobs: Mapping[str, Value], input_shape: tuple[int, ...], classes: int
) -> Summary:
    """A network's layers and costs, kept for the next reader with the same wish."""
    return lab.ask(LayerTable(name, input_shape, classes, knobs))
