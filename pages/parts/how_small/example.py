"""Before the first study: the curve of the networks that came with the lab."""

import streamlit as st

from cnnlab import studies
from pages.parts.shared.plainly import literal


def show() -> None:
    """The largest family of shipped networks on one dataset, as an example of an answer."""
    shipped = studies.shipped()
    if shipped is None:
        return
    st.markdown(f"An answer looks like this. **{literal(shipped.sentence)}**")
    chart = studies.curve(shipped)
    st.plotly_chart(chart, key="example", config={"displayModeBar": False})
    st.caption(
        "Each dot is a network that was trained; parameters are the numbers it has learned. The "
        "knee is the smallest one within 1 point of the best."
    )
