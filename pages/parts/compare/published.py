"""The sources' own comparisons: what they printed, what was measured here, what differs."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import lab
from cnnlab.comparison import shown, sources
from cnnlab.comparison.published_rows import PublishedRow, published_rows
from cnnlab.plots.comparison.published import source_chart, source_html
from pages.parts.shared.amounts import size
from pages.parts.shared.plainly import literal
from pages.parts.shared.reader import seen

MUCH_BYTES = 2 * 1024**3


def show() -> None:
    """One source's comparison, chosen by name."""
    known = {source.title: source for source in sources.SOURCES}
    title = st.selectbox("Comparison", list(known), key="source", bind="query-params")
    source = known[title]
    st.write(source.description)
    st.caption(f"Published by [{source.source}]({source.url}).")
    tested = seen(lab.tested_runs())
    pairs, rows = sources.reproductions(source, tested), published_rows(tested, source)
    figure = source_chart(source, pairs)
    if figure:
        st.plotly_chart(figure, key=f"source-{source.name}")
    st.html(source_html(source, pairs, rows))
    st.caption(
        "Left: as the source printed it. Right, tinted: measured here, parameters counted on our "
        "rebuild and the rest from a run's own files; empty where no run of this network on this "
        "dataset is on this machine yet."
    )
    _runs([row.run for row in rows if row.run])
    st.markdown("**What differs, so that nobody compares in good faith what cannot be compared**")
    st.markdown("\n".join(f"- {sentence}" for sentence in source.protocol))
    for row in rows:
        if row.differences:
            differs = literal("; ".join(row.differences))
            st.markdown(f"- {row.network}, our run {literal(row.run)}: {differs}.")
    _not_measured(source, rows)


def _runs(names: Sequence[str]) -> None:
    """The runs behind the measured columns open side by side."""
    if names:
        st.button(
            "These runs side by side",
            icon=":material/leaderboard:",
            key="open-runs",
            on_click=_open,
            args=(list(dict.fromkeys(names)),),
        )


def _open(names: list[str]) -> None:
    """A link cannot lead to the page one is on: set its controls instead."""
    st.session_state["view"] = "Side by side"
    st.session_state["run"] = names


def _not_measured(source: sources.Source, rows: Sequence[PublishedRow]) -> None:
    """The empty cells: why, what fills them, and about how long that takes."""
    missing = [row for row in rows if not row.run]
    if not missing:
        return
    with st.expander(f"Not measured here: {len(missing)} of {len(rows)}, and what would"):
        st.caption(
            "Each training starts from the source's own settings, where they are known. A teacher "
            "in a command stands for your run of it. Times are estimates: by the pace of the "
            "nearest run, on the machine that trained that one. `python -m cnnlab sources` prints "
            "all of it."
        )
        known = [row for row in missing if row.command]
        lines = {row.command: f"{row.network}: {_about(row.seconds)}" for row in known}
        st.code("\n".join(f"# {words}\n{line}" for line, words in lines.items()), language="bash")
        for reason in dict.fromkeys(row.reason for row in missing if not row.command):
            names = ", ".join(row.network for row in missing if row.reason == reason)
            st.caption(f"{names}: {reason}")
        _memory(source, {row.name for row in known})


def _about(seconds: float | None) -> str:
    return f"about {shown('seconds', seconds)}" if seconds else "no run here tells how long"


def _memory(source: sources.Source, names: set[str]) -> None:
    for network in source.networks:
        if network.name in names and sources.memory_bytes(source, network) > MUCH_BYTES:
            needed = size(sources.memory_bytes(source, network))
            st.caption(f"{network.name}: its pictures alone take {needed} of memory.")
