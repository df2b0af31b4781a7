"""The sources' own comparisons: what they printed, what was measured here, what differs."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import lab
from cnnlab.comparison import sources
from cnnlab.plots.comparison.published import source_chart, source_html
from pages.parts.shared.amounts import size
from pages.parts.shared.plainly import literal

MUCH_BYTES = 2 * 1024**3


def show() -> None:
    """One source's comparison, chosen by name."""
    known = {source.title: source for source in sources.SOURCES}
    title = st.selectbox("Comparison", list(known), key="source", bind="query-params")
    source = known[title]
    st.write(source.description)
    st.caption(f"Published by [{source.source}]({source.url}).")
    pairs = sources.reproductions(source, lab.tested_runs())
    figure = source_chart(source, pairs)
    if figure:
        st.plotly_chart(figure, key=f"source-{source.name}")
    st.html(source_html(source, pairs))
    st.caption(
        "Left: as the source printed it. Right, tinted: measured here, parameters counted on our "
        "rebuild and the rest from a run's own files; empty where no run of this network on this "
        "dataset is on this machine yet."
    )
    _runs(pairs)
    st.markdown("**What differs, so that nobody compares in good faith what cannot be compared**")
    st.markdown("\n".join(f"- {sentence}" for sentence in source.protocol))
    for pair in pairs:
        if pair.differs:
            differs = literal("; ".join(pair.differs))
            st.markdown(f"- {pair.network.name}, our run {literal(pair.run)}: {differs}.")
    _train(source, pairs)


def _runs(pairs: Sequence[sources.Reproduction]) -> None:
    """The runs behind the measured columns open side by side."""
    names = [pair.run for pair in pairs if pair.run]
    if names:
        st.button(
            "These runs side by side",
            icon=":material/leaderboard:",
            key="open-runs",
            on_click=_open,
            args=(names,),
        )


def _open(names: list[str]) -> None:
    """A link cannot lead to the page one is on: set its controls instead."""
    st.session_state["view"] = "Side by side"
    st.session_state["run"] = names


def _train(source: sources.Source, pairs: Sequence[sources.Reproduction]) -> None:
    """How to fill the empty cells."""
    missing = [pair.network for pair in pairs if not pair.run and pair.network.architecture]
    if not missing:
        return
    with st.expander(f"Fill the empty cells: {len(missing)} trainings"):
        st.caption("Each starts from the source's own settings, where they are known.")
        st.code("\n".join(sources.command(source, network) for network in missing), language="bash")
        large = [one for one in missing if sources.memory_bytes(source, one) > MUCH_BYTES]
        for network in large:
            needed = size(sources.memory_bytes(source, network))
            st.caption(f"{network.name}: its pictures alone take {needed} of memory.")
