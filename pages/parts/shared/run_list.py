"""The queue and the list of runs; a chosen row opens."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from pages.parts.shared.plainly import cells, show_error

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

COLUMNS: "dict[str, ColumnConfig | str | None]" = {
    "run": "Run",
    "title": "Name",
    "state": "State",
    "position": st.column_config.NumberColumn("Queue", help="1 starts next."),
    "architecture": "Network",
    "variant": "Data",
    "epochs": "Epochs",
    "params": st.column_config.NumberColumn("Parameters", format="localized"),
    "test_accuracy": st.column_config.NumberColumn("Test accuracy", format="percent"),
    "owner": "Started by",
    "tags": st.column_config.ListColumn("Tags"),
    "note": "Note",
    "damage": "What is damaged",
}


def run_list() -> None:
    """All of one's own runs."""
    _queue()
    st.markdown("#### Your trainings")
    rows = _searched()
    if not rows:
        return
    chosen = st.dataframe(
        cells(rows),
        hide_index=True,
        key="shelf",
        on_select="rerun",
        selection_mode="single-row",
        column_order=[name for name in COLUMNS if _says(rows, name)],
        column_config=COLUMNS,
    )
    st.caption("Tick a row to open that run.")
    if chosen["selection"]["rows"]:
        st.query_params.from_dict({"run": rows[chosen["selection"]["rows"][0]]["run"]})
        st.rerun()


def _searched() -> list[lab.RunRow]:
    rows = lab.shelf()
    if not rows:
        st.caption("None yet. Press Start above: with the settings as they are it takes a minute.")
        return []
    if len(rows) > 3:
        words = search_field()
        rows = lab.shelf(words=words) if words else rows
        if not rows:
            st.caption("No training has all of these words.")
    return rows


def search_field() -> str:
    """Words that must all occur in a run's row."""
    return st.text_input(
        "Find",
        key="find",
        max_chars=80,
        width=320,
        icon=":material/search:",
        placeholder="a name, network, tag or word of a note",
        help="Every word must occur in the run's line, its tags or its note.",
    )


def _says(rows: list[lab.RunRow], name: str) -> bool:
    """Columns of what one may leave out appear once somebody did not."""
    if name == "title":
        return any(row["title"] != row["run"] for row in rows)
    return name not in ("position", "owner", "tags", "note", "damage") or any(
        row.get(name) for row in rows
    )


def _queue() -> None:
    """What trains and what waits, when somebody would have to wait."""
    try:
        rows = lab.queue()
    except LabError as error:
        show_error(error)
        return
    if not any(row["position"] for row in rows):
        return
    st.markdown("#### The queue")
    st.dataframe(
        cells(rows),
        hide_index=True,
        key="queue",
        column_order=("position", "run", "owner", "words", "priority"),
        column_config={
            "position": st.column_config.NumberColumn("Place", help="0 trains now."),
            "run": "Run",
            "owner": "Started by",
            "words": st.column_config.TextColumn("What it does or waits for", width="large"),
            "priority": st.column_config.CheckboxColumn("Priority"),
        },
    )
    st.caption("Whoever waits takes turns, so that many runs of one person keep nobody waiting.")
