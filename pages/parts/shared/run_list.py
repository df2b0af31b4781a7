"""The queue and the list of runs; what is ticked can be opened, compared or deleted."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnlab import comparison, lab, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.shared.amounts import size
from pages.parts.shared.baseline import baseline, pin
from pages.parts.shared.links import go, now_at
from pages.parts.shared.plainly import cells, literal, show_error
from pages.parts.shared.reader import may_delete, may_see
from pages.parts.shared.whose import choose_whose
from pages.parts.shared.writing import writing_button

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

COLUMNS: "dict[str, ColumnConfig | str | None]" = {
    "title": st.column_config.TextColumn("Name", pinned=True),
    "run": "Run",
    "state": "State",
    "position": st.column_config.NumberColumn("Queue", help="1 starts next."),
    "variant": "Data",
    "epochs": "Epochs",
    "params": st.column_config.NumberColumn("Parameters", format="localized"),
    "params_against": st.column_config.TextColumn(
        "to baseline", help="Parameters beside those of the pinned run."
    ),
    "test_accuracy": st.column_config.NumberColumn("Test accuracy", format="percent"),
    "accuracy_against": st.column_config.TextColumn(
        "to baseline", help="Points beside the pinned run's, on the same pictures."
    ),
    "owner": "Started by",
    "tags": st.column_config.ListColumn("Tags"),
    "note": "Note",
    "damage": "What is damaged",
}
FEW = 3
OPTIONAL = ("position", "owner", "tags", "note", "damage", "params_against", "accuracy_against")


def run_list() -> None:
    """The runs of this machine, the reader's own first."""
    _queue()
    st.markdown("#### Trainings")
    _undo()
    rows = _searched()
    if not rows:
        return
    base = baseline()
    chosen = _ticked(_against(rows, base))
    if base:
        _pinned(base)
    if not chosen:
        st.caption(
            f"Tick one to open it or pin it as the baseline, several to compare or delete them. "
            f"{_use(len(rows))}",
            width=700,
        )
        return
    names = [row["run"] for row in chosen]
    with st.container(horizontal=True, gap="small"):
        if st.button("Open", key="shelf-open", disabled=len(names) > 1, type="primary"):
            now_at({"run": names[0]})
            st.rerun()
        if st.button("Compare", key="shelf-compare", disabled=len(names) < 2):
            go("compare", run=names)
        if st.button("Pin as baseline", key="shelf-pin", disabled=len(names) > 1):
            pin(names[0])
            st.rerun()
        _delete_button(names)


def _pinned(base: Run) -> None:
    """Which run the figures are held against, and the way to hold them against none."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Baseline: **{literal(base.label)}**", width="content")
        if st.button("Unpin", key="shelf-unpin", icon=":material/keep_off:"):
            pin("")
            st.rerun()


def _against(rows: list[lab.RunRow], base: Run | None) -> list[dict[str, Any]]:
    """The rows, with how each differs from the baseline; accuracies only on the same pictures."""
    plain: list[dict[str, Any]] = [dict(row) for row in rows]
    try:
        held = lab.row(base) if base else None
    except LabError:
        held = None  # damaged: the list says so in its line
    for row in plain if held else ():
        if held is None or row["run"] == held["run"]:
            continue
        mine, other = row["test_accuracy"], held["test_accuracy"]
        if row["variant"] == held["variant"] and mine is not None and other is not None:
            row["accuracy_against"] = comparison.difference("percent", mine, other)
        if row["params"] is not None and held["params"]:
            row["params_against"] = comparison.difference("count", row["params"], held["params"])
    return plain


def _ticked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    chosen = st.dataframe(
        cells(rows),
        hide_index=True,
        key="shelf",
        on_select="rerun",
        selection_mode="multi-row",
        column_order=[name for name in COLUMNS if _says(rows, name)],
        column_config=COLUMNS,
    )
    return [rows[place] for place in chosen["selection"]["rows"] if place < len(rows)]


def _use(count: int) -> str:
    verb = "run takes" if count == 1 else "runs take"
    return f"{count} {verb} {size(_bytes(count))} of the disk."


@st.cache_data(ttl=60, max_entries=4, show_spinner=False)
def _bytes(count: int) -> int:
    """Counted once a minute, or when there are more or fewer of them."""
    return lab.disk_use([run.name for run in runs.list_runs(damaged=True)])


def _delete_button(names: list[str]) -> None:
    """Delete what is ticked, as far as this reader may; it can be taken back."""
    others = [name for name in names if not _may(name)]
    why_not = f"Somebody else started {others[0]}: only they may delete it." if others else None
    label = f"Delete {len(names)}" if len(names) > 1 else "Delete"
    if not writing_button(label, "shelf-delete", bool(others), why_not):
        return
    gone = []
    for name in names:
        try:
            runs.discard(runs.find(name))
        except LabError as error:
            show_error(error)
        else:
            gone.append(name)
    if gone:
        st.session_state["discarded"] = gone
        st.rerun()


def _may(name: str) -> bool:
    try:
        return may_delete(runs.find(name))
    except LabError:
        return True  # damaged or gone: anybody may clear it away


def _undo() -> None:
    """What was deleted last, and the way to have it back."""
    gone = st.session_state.get("discarded")
    if not gone:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = literal(gone[0]) if len(gone) == 1 else f"{len(gone)} runs"
        st.markdown(f"Deleted {words}.", width="content")
        if st.button("Undo", key="shelf-undo", icon=":material/undo:"):
            del st.session_state["discarded"]
            for name in gone:
                try:
                    runs.restore(name)
                except LabError as error:
                    show_error(error)
                    return
            st.rerun()


def _searched() -> list[lab.RunRow]:
    rows = lab.shelf(seen=may_see)
    if not rows:
        st.caption("None yet. Press Start above: with the settings as they are it takes a minute.")
        return []
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(rows) > FEW:
            words = search_field()
            rows = lab.shelf(words=words, seen=may_see) if words else rows
        rows = choose_whose(rows, lambda row: row["owner"])
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


def _says(rows: list[dict[str, Any]], name: str) -> bool:
    """Columns of what one may leave out appear once somebody did not."""
    return name not in OPTIONAL or any(row.get(name) for row in rows)


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
