"""Home: what this is, what is trained already, where to start."""

import streamlit as st

from cnnlab import lab, runs
from pages.parts.links import link

STEPS = (
    (
        "architectures",
        "1. Choose a network",
        "Read its layers and count its parameters before anything runs.",
    ),
    (
        "train",
        "2. Train it",
        "On 1,797 real handwritten digits that need no download, in half a minute.",
    ),
    ("inside", "3. Look inside", "See the kernels take shape, from noise to edges."),
    ("predict", "4. Draw a digit", "Ask up to three networks at once what they see."),
)


def steps() -> None:
    """The four ways in."""
    for (page, title, text), column in zip(STEPS, st.columns(len(STEPS)), strict=True):
        with column, st.container(border=True, height="stretch"):
            link(page, f"**{title}**")
            st.caption(text)


def table(rows: list[dict]) -> None:
    """Runs with their figures."""
    st.dataframe(
        rows,
        hide_index=True,
        column_order=("run", "architecture", "variant", "params", "test_accuracy", "state"),
        column_config={
            "run": "Run",
            "architecture": "Network",
            "variant": "Trained on",
            "params": st.column_config.NumberColumn("Parameters", format="localized"),
            "test_accuracy": st.column_config.NumberColumn("Test accuracy", format="percent"),
            "state": "State",
        },
    )


st.title("CNN Lab")
st.subheader("How small can a CNN get before it stops seeing, and why?")
steps()
shipped = [lab.row(run) for run in runs.pretrained()]
if shipped:
    st.markdown("#### Trained already")
    st.caption("These came with the lab: draw a digit and ask them right now.")
    table(shipped)
own = lab.shelf(limit=10)
if own:
    st.markdown("#### Your latest trainings")
    table(own)
