"""Before the first study: the curve of the networks that came with the lab."""

import streamlit as st

from cnnlab import studies
from cnnlab.plots import studies as plots
from pages.parts.shared.plainly import literal


def show() -> None:
    """The largest family of shipped networks on one dataset, as an example of an answer."""
    shipped = studies.shipped()
    if shipped is None:
        return
    st.markdown(f"An answer looks like this. **{literal(shipped.sentence)}**")
    rungs = [
        plots.Rung(one.params, one.accuracy, one.low, one.high, f"{one.name}: {one.accuracy:.2%}")
        for one in shipped.rungs
    ]
    chart = plots.curve(rungs, [], shipped.front, shipped.knee, "Parameters")
    st.plotly_chart(chart, key="example", config={"displayModeBar": False})
