"""At most so many parameters, kilobytes, milliseconds: which model? And it opens."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import comparison, lab
from cnnlab.boards import BOARDS
from cnnlab.runs import Run
from pages.parts.shared.links import link
from pages.parts.shared.plainly import cells, literal
from pages.parts.shared.reader import seen

# Key of a row: the control's words, its unit's factor, and what to try.
LIMITS = {
    "params": ("Parameters, at most", 1, "Try 10,000, then 3,300."),
    "tflite_bytes": ("File, at most (KiB)", 1024, "What the flash of a microcontroller holds."),
    "memory_bytes": (
        "Memory, at most (KiB)",
        1024,
        "Weights and the feature maps alive at once, in float32: what the RAM of a device holds.",
    ),
    "latency_p50_ms": ("Latency, at most (ms)", 1, "The median, where it was measured."),
    "macs": ("MACs, at most (1,000s)", 1000, "What a chip computes per picture."),
}


def show() -> None:
    """The whole view."""
    found = seen(lab.tested_runs())
    groups = comparison.compare(found).groups
    if not groups:
        st.info("No run has been tested yet: train a network first.")
        link("train", "Train a network", ":material/show_chart:")
        return
    titles = [group.title for group in groups]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        title = st.selectbox(
            "Task",
            sorted(set(titles), key=titles.index),
            key="task",
            bind="query-params",
            help="Only runs tested on the same pictures compete.",
        )
        board = _board()
    rows = next(group.rows for group in groups if group.title == title)
    limits, least = _limits()
    answer = comparison.within(_on_board(rows, found, board), limits, least)
    _best(answer, limits)
    if answer.fitting:
        _ranking(answer)
    if answer.unknown:
        names = literal(", ".join(answer.unknown))
        st.caption(f"Left out, for a limited figure was not measured: {names}.")


def _board() -> str:
    """A board that the run has to fit on; "" for any machine."""
    return st.selectbox(
        "Runs on",
        ["", *BOARDS.names()],
        format_func=lambda name: BOARDS[name].title if name else "any machine",
        key="board",
        bind="query-params",
        help="As C in int8: flash and RAM are held against the board's.",
        width=300,
    )


def _on_board(rows: Sequence[comparison.Row], found: list[Run], board: str) -> list[comparison.Row]:
    """The rows of the runs that fit on the chosen board; the best that does not says why."""
    if not board:
        return list(rows)
    names = {row["run"] for row in rows}
    held = lab.on_board([run for run in found if run.name in names], board)
    fitting = {run.name for run in held.fitting}
    left = [row for row in rows if row["run"] in held.reasons and row["accuracy"] is not None]
    if left:
        best = max(left, key=lambda row: row["accuracy"])
        st.caption(
            f"{len(held.reasons)} runs do not fit on {BOARDS[board].title}; the best of them, "
            f"{literal(best['title'])} with {best['accuracy']:.2%}, "
            f"{literal(held.reasons[best['run']])}."
        )
    return [row for row in rows if row["run"] in fitting]


def _limits() -> tuple[dict[str, float], float]:
    """What may be spent, and the accuracy that must be reached; an empty field is no limit."""
    limits = {}
    with st.container(horizontal=True, gap="small"):
        for key, (words, factor, help_text) in LIMITS.items():
            value = st.number_input(
                words,
                min_value=0.0,
                value=None,
                key=f"most-{key}",
                bind="query-params",
                format="%.3f" if key == "latency_p50_ms" else "%.0f",
                placeholder="no limit",
                help=help_text,
                width=150,
            )
            if value is not None:
                limits[key] = value * factor
        least = st.number_input(
            "Accuracy, at least (%)",
            min_value=0.0,
            max_value=100.0,
            value=None,
            key="least",
            bind="query-params",
            placeholder="any",
            width=150,
        )
    return limits, (least or 0.0) / 100


def _best(answer: comparison.Budget, limits: dict[str, float]) -> None:
    """The model to take, one to consider, and what a little more would buy."""
    if answer.best is None:
        st.warning("No tested model keeps to all of these limits: loosen one, or train a smaller.")
    else:
        with st.container(border=True):
            st.markdown(f"#### Take **{literal(answer.best['title'])}**")
            st.write(_words(answer.best))
            _open(answer.best)
    if answer.best and answer.frugal:
        saved = answer.best["params"] / answer.frugal["params"]
        st.info(
            f"**{literal(answer.frugal['title'])}** has {saved:.3g} times fewer parameters "
            f"({answer.frugal['params']:,}), and its 95 % interval reaches the same accuracy: "
            "chance alone could explain the distance."
        )
    if answer.next:
        over = ", ".join(
            f"{comparison.TITLES[key].lower()} {factor:.3g} times the limit"
            for key, factor in answer.next.over.items()
        )
        row = answer.next.row
        st.info(
            f"**{literal(row['title'])}** names {row['accuracy']:.2%} rightly, but is "
            f"outside: {over}."
        )


def _words(row: comparison.Row) -> str:
    costs = [
        f"{comparison.shown(figure.kind, row[figure.key])} {words}"
        for figure in comparison.METRICS
        if (words := _UNITS.get(figure.key)) and row[figure.key] is not None
    ]
    pictures = f"the test pictures of {literal(str(row['variant']))}"
    right = f"It names {row['accuracy']:.2%} of {pictures} rightly"
    return f"{right}: {', '.join(costs)}." if costs else f"{right}."


_UNITS = {
    "params": "parameters",
    "tflite_bytes": "on disk",
    "memory_bytes": "of memory",
    "macs": "MACs",
    "latency_p50_ms": "for one picture",
}


def _open(row: comparison.Row) -> None:
    with st.container(horizontal=True):
        link("predict", "Try it", ":material/draw:", run=row["run"])
        link("inside", "Look inside", ":material/grid_on:", run=row["run"])
        link("evaluate", "See its mistakes", ":material/fact_check:", run=row["run"])


def _listed(row: comparison.Row) -> comparison.Row:
    """The row with its files and its memory in KiB."""
    files = ("tflite_bytes", "gzip_bytes", "memory_bytes")
    return {**row, **{key: row[key] / 1024 for key in files if row[key] is not None}}


def _ranking(answer: comparison.Budget) -> None:
    """All that fit, most accurate first."""
    number = st.column_config.NumberColumn
    st.dataframe(
        cells(_listed(row) for row in answer.fitting),
        hide_index=True,
        key="ranking",
        column_order=("title", "accuracy", "variant", *LIMITS, "gzip_bytes"),
        column_config={
            "title": "Run",
            "accuracy": number("Test accuracy", format="percent"),
            "variant": "Data",
            "params": number("Parameters", format="localized"),
            "tflite_bytes": number("File (KiB)", format="%.1f"),
            "memory_bytes": number("Memory (KiB)", format="%.1f"),
            "latency_p50_ms": number("Latency, median (ms)", format="%.3f"),
            "macs": number("MACs", format="localized"),
            "gzip_bytes": number("File, gzip (KiB)", format="%.1f"),
        },
    )
    st.caption(f"{len(answer.fitting)} of the tested models keep to the limits.")
