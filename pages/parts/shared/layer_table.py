"""A network's layers and costs, asked once and kept."""

from collections.abc import Mapping

import streamlit as st

from cnnlab import lab
from cnnlab.registry import Value
from cnnlab.summary import Summary
from cnnlab.summary.questions import LayerTable, NetworkFigures, NetworkView


@st.cache_data(max_entries=300, show_spinner="Building the network ...")
def layer_table(
    name: str, knobs: Mapping[str, Value], input_shape: tuple[int, ...], classes: int
) -> Summary:
    """A network's layers and costs, kept for the next reader who asks for the same."""
    return lab.ask(LayerTable(name, input_shape, classes, knobs))


@st.cache_data(max_entries=300, show_spinner="Building the network ...")
def network_figures(
    name: str,
    knobs: Mapping[str, Value],
    input_shape: tuple[int, ...],
    classes: int,
    changed: bool,
    beside: str,
    script: bool,
) -> NetworkFigures:
    """What one view of a network's page shows; fields as of `NetworkView`."""
    network = LayerTable(name, input_shape, classes, knobs)
    return lab.ask(NetworkView(network, changed, beside, script))
