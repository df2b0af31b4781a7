"""Tables of several runs as HTML: their metrics, their settings, their answers to one picture."""

from collections.abc import Sequence

from cnnlab.comparison import Cell, Row, Setting, table
from cnnlab.plots.comparison import tables
from cnnlab.plots.comparison.marks import labels, marks
from cnnlab.plots.comparison.points import Mark


def metrics_html(rows: Sequence[Row], linked: bool = True, baseline: str = "") -> str:
    """The runs side by side, one column each; `linked` headings open the Evaluate page.

    Under the values stands how they differ from those of `baseline`, if that run is among them.
    """
    written = [
        tables.Row(
            row.metric.part,
            row.metric.title,
            row.metric.help,
            [_value(cell, row.metric.kind) for cell in row.cells],
        )
        for row in table(rows, baseline)
    ]
    return tables.side_by_side(_heads(rows, linked, baseline), written, "Metrics of the runs")


def settings_html(rows: Sequence[Row], settings: Sequence[Setting]) -> str:
    """Settings of the runs side by side; values unlike the first run's are shaded."""
    written = [
        tables.Row(
            setting.part,
            setting.name.replace("_", " "),
            "",
            [tables.Value(v, "", "odd" if v != setting.values[0] else "") for v in setting.values],
        )
        for setting in settings
    ]
    return tables.side_by_side(_heads(rows, False), written, "Settings of the runs")


def _heads(rows: Sequence[Row], linked: bool, baseline: str = "") -> list[tables.Head]:
    looks, words = marks(rows), labels(rows)
    return [
        tables.Head(
            words[row["run"]],
            "baseline" if row["run"] == baseline else "shipped" if row["shipped"] else row["state"],
            looks[row["run"]].color,
            f"evaluate?run={row['run']}" if linked else "",
        )
        for row in rows
    ]


def _value(cell: Cell, kind: str) -> tables.Value:
    look = "best" if cell.best else "tie" if cell.tie else "text" if kind == "text" else ""
    return tables.Value(cell.text, cell.note, look)


Answers = tuple[str, Mark, Sequence[tuple[str, float]], str | None]


def answers_html(answers: Sequence[Answers]) -> str:
    """What every model says of one picture.

    Args:
        answers: By model: name, look, classes with probabilities (best first), and the true class
            where it is known.
    """
    return tables.answers(
        [
            tables.Answer(
                name,
                *best[0],
                f"{best[1][0]} ({best[1][1] * 100:.1f} %)",
                None if truth is None else best[0][0] == truth,
                look.color,
            )
            for name, look, best, truth in answers
        ]
    )
