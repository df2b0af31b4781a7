"""The lineage of a run: the tree of who was made from whom, and the ledger of what each costs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnlab import lab, prediction, runs
from cnnlab.compression import METHODS, ledger
from cnnlab.compression.questions import MeasuredCosts
from cnnlab.errors import LabError
from cnnlab.plots import compression as plots
from cnnlab.question import Each
from cnnlab.runs import Run
from pages.parts.compress import zeros
from pages.parts.shared.links import link
from pages.parts.shared.plainly import cells, literal

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

WITH_ZEROS = 0.98  # of its weights: with fewer that are none it has zeros worth a map
FORMATS = {"percent": "percent", "count": "localized", "bytes": "localized", "ms": "%.3f"}


def show(run: Run) -> None:
    """Tree and ledger in one table, the reasons under it, and what teachers were worth."""
    members = lab.lineage(run)
    costs = _measured([member.run for member in members])
    _table(members, costs)
    if len(members) == 1:
        _alone(run)
    _reasons(members, costs)
    one = costs.get(run.name)
    if one and one.nonzeros < WITH_ZEROS * one.params and run.network_file != run.tflite_file:
        zeros.show(run)
    _outcomes(members)


def _alone(run: Run) -> None:
    """Nothing was made of the run yet: what would stand here, and the way to it."""
    st.info(
        "Nothing was made from this run yet. What is distilled, pruned or quantized from it gets a "
        "line under it here, with what each costs beside it."
    )
    link("compress", "Make it smaller", ":material/compress:", run=run.name, view="Make smaller")


@st.cache_data(max_entries=100, show_spinner=False)
def _costs(
    names: tuple[str, ...], stamps: tuple[tuple[int, int], ...]
) -> tuple[ledger.Costs | LabError, ...]:
    return lab.ask(Each(tuple(MeasuredCosts(runs.find(name).path) for name in names)))


def _measured(members: Sequence[Run]) -> dict[str, ledger.Costs]:
    """The costs of every finished member; why one is missing is said."""
    able = [run for run in members if run.tflite_file.is_file() and run.model_file.is_file()]
    if not able:
        return {}
    stamps = tuple(
        (run.model_file.stat().st_mtime_ns, run.tflite_file.stat().st_mtime_ns) for run in able
    )
    with st.spinner("Measuring what each costs on this machine"):
        costs = _costs(tuple(run.name for run in able), stamps)
    found = {}
    for run, one in zip(able, costs, strict=True):
        if isinstance(one, LabError):
            st.caption(literal(f"{run.name}: {one}"))
        else:
            found[run.name] = one
    return found


def _table(members: Sequence[lab.Member], costs: dict[str, ledger.Costs]) -> None:
    rows = []
    for member in members:
        branch = "\u2003" * member.depth + ("└ " if member.depth else "")
        row: dict[str, Any] = {
            "run": f"{branch}{member.run.name}",
            "made by": member.made_by,
            "state": member.run.status.state,
        }
        one = costs.get(member.run.name)
        row |= {c.key: getattr(one, c.key) if one else None for c in ledger.COLUMNS}
        row["interval"] = _interval(one)
        rows.append(row)
    order = ["run", "made by", "state", "accuracy", "interval"]
    order += [column.key for column in ledger.COLUMNS if column.key != "accuracy"]
    st.dataframe(
        cells(rows),
        hide_index=True,
        key="ledger",
        column_order=order,
        column_config={
            "run": st.column_config.TextColumn("Run", pinned=True, width="medium"),
            "made by": "Made by",
            "state": "State",
            "interval": st.column_config.TextColumn(
                "95 % interval", help="How far chance alone could move the accuracy."
            ),
            **{c.key: _column(c) for c in ledger.COLUMNS},
        },
    )
    st.caption(
        "Every cost in its own column, measured here and now: "
        f"{literal(prediction.processor())}; LiteRT with one thread, Keras with what it takes. "
        "Indented runs were made from the one above. "
        "Point at a heading for what it means."
    )


def _interval(one: ledger.Costs | None) -> str:
    if one is None or one.interval is None:
        return ""
    low, high = one.interval
    return f"{low * 100:.2f} to {high * 100:.2f}"


def _column(column: ledger.Column) -> "ColumnConfig":
    unit = {"bytes": " (bytes)", "ms": " (ms)"}.get(column.kind, "")
    return st.column_config.NumberColumn(
        column.title + unit, format=FORMATS[column.kind], help=column.help
    )


def _reasons(members: Sequence[lab.Member], costs: dict[str, ledger.Costs]) -> None:
    """For every child: what fell, what did not, and why."""
    for member in members:
        made, parent = member.run.config.compression, member.run.config.parent
        if not made or parent not in costs or member.run.name not in costs:
            continue
        child, before = costs[member.run.name], costs[parent]
        with st.expander(
            f"{literal(parent)} → {literal(member.run.name)}: what fell, and what did not"
        ):
            st.markdown(_gains(before, child))
            sentences = ledger.sentences(before, child, METHODS[made.method])
            for sentence in sentences or ["Every cost fell."]:
                st.markdown(f"- {literal(sentence)}")
            link("compress", "What it forgot", run=member.run.name, view="What was forgotten")


def _gains(before: ledger.Costs, after: ledger.Costs) -> str:
    fallen = [
        f"{column.title} {getattr(after, column.key) / getattr(before, column.key) - 1:+.0%}"
        for column in ledger.COLUMNS
        if column.key != "accuracy"
        and getattr(before, column.key)
        and ledger.fell(column.key, before, after)
    ]
    words = "Fell: " + (", ".join(fallen) or "nothing") + "."
    if before.accuracy is not None and after.accuracy is not None:
        words += f" Accuracy {100 * (after.accuracy - before.accuracy):+.2f} points."
    return words


def _outcomes(members: Sequence[lab.Member]) -> None:
    """Teacher, scratch, distilled."""
    found = lab.outcomes([member.run for member in members])
    if not found:
        return
    st.markdown("#### Was the teacher worth it?")
    st.dataframe(
        cells(
            [
                {
                    "student": one.student,
                    "teacher": one.teacher,
                    "method": one.method,
                    "epochs": one.epochs,
                    "teacher's accuracy": one.teacher_accuracy,
                    "from scratch": one.scratch.words,
                    "distilled": one.distilled.words,
                    "gain (points)": one.gain,
                }
                for one in found
            ]
        ),
        hide_index=True,
        key="outcomes",
        column_config={
            "teacher's accuracy": st.column_config.NumberColumn(format="percent"),
            "gain (points)": st.column_config.NumberColumn(format="%+.2f"),
        },
    )
    st.caption(
        "The same student, pictures, epochs and seeds with and without the teacher. One seed "
        "proves little: start three and read mean and spread."
    )
    _students(found)


def _students(found: Sequence[lab.Outcome]) -> None:
    """Students of one teacher by size, where there are several."""
    teachers = list(dict.fromkeys(one.teacher for one in found))
    for teacher in teachers:
        rows = [
            (one.student, one.params, one.distilled.mean, one.scratch.mean)
            for one in found
            if one.teacher == teacher and one.params
        ]
        if len({params for _, params, *_ in rows}) > 1:
            accuracy = next(one.teacher_accuracy for one in found if one.teacher == teacher)
            printed = next(lab.published(one) for one in found if one.teacher == teacher)
            st.plotly_chart(plots.students(rows, accuracy, printed), key=f"students-{teacher}")
            words = " Hollow: as the source printed them." if printed else ""
            st.caption(
                f"Students of {literal(teacher)}: how few parameters still hold what it knows?"
                f"{words}"
            )
