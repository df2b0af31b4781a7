"""Rows turned into what `plots` draws: the page, the report and the chart agree on looks."""

from collections.abc import Sequence

import plotly.graph_objects as go

from cnnlab.comparison import sources
from cnnlab.comparison._figures import FIGURES, Row, shown
from cnnlab.comparison._front import front, points
from cnnlab.comparison._settings import Setting
from cnnlab.comparison._table import Cell, table
from cnnlab.errors import LabError
from cnnlab.plots.comparison import charts as plots
from cnnlab.plots.comparison import scene as scenes
from cnnlab.plots.comparison import tables

# What may stand on the chart's horizontal axis.
COSTS = (
    *("params", "macs", "tflite_bytes", "gzip_bytes", "latency_p50_ms"),
    *("memory_bytes", "train_seconds"),
)
TITLES = {figure.key: figure.title for figure in FIGURES}
UNITS = {"bytes": "bytes", "ms": "ms", "seconds": "s"}


def marks(rows: Sequence[Row]) -> dict[str, plots.Mark]:
    """The look of every run, by name, in the order of `rows`."""
    return {row["run"]: plots.mark(number) for number, row in enumerate(rows)}


def labels(rows: Sequence[Row]) -> dict[str, str]:
    """What charts call every run, by name: its title, or its name where titles repeat."""
    titles = [row["title"] for row in rows]
    return {
        row["run"]: row["title"] if titles.count(row["title"]) == 1 else row["run"] for row in rows
    }


def table_html(rows: Sequence[Row], linked: bool = True) -> str:
    """The runs side by side, one column each; `linked` headings open the Evaluate page."""
    lines = [
        tables.Row(
            line.figure.part,
            line.figure.title,
            line.figure.help,
            [_value(cell, line.figure.kind) for cell in line.cells],
        )
        for line in table(rows)
    ]
    return tables.side_by_side(_heads(rows, linked), lines, "Figures of the runs")


def settings_html(rows: Sequence[Row], settings: Sequence[Setting]) -> str:
    """Settings of the runs side by side; values unlike the first run's are shaded."""
    lines = [
        tables.Row(
            setting.part,
            setting.name.replace("_", " "),
            "",
            [tables.Value(v, "", "odd" if v != setting.values[0] else "") for v in setting.values],
        )
        for setting in settings
    ]
    return tables.side_by_side(_heads(rows, False), lines, "Settings of the runs")


def _heads(rows: Sequence[Row], linked: bool) -> list[tables.Head]:
    looks, words = marks(rows), labels(rows)
    return [
        tables.Head(
            words[row["run"]],
            "shipped" if row["shipped"] else row["state"],
            looks[row["run"]].color,
            f"evaluate?run={row['run']}" if linked else "",
        )
        for row in rows
    ]


def _value(cell: Cell, kind: str) -> tables.Value:
    look = "best" if cell.best else "tie" if cell.tie else "text" if kind == "text" else ""
    return tables.Value(cell.text, cell.note, look)


def dots(rows: Sequence[Row], cost: str) -> list[plots.Point]:
    """The measured models as points of the chart, cheapest first."""
    looks, words = marks(rows), labels(rows)
    kind = next(figure.kind for figure in FIGURES if figure.key == cost)
    return [
        plots.Point(
            words[row["run"]],
            row[cost],
            row["accuracy"],
            tuple(row["interval"]) if row["interval"] else None,
            looks[row["run"]],
            f"{shown('percent', row['accuracy'])}, {shown(kind, row[cost])}",
        )
        for row in points(rows, cost)
    ]


def axis_title(cost: str) -> str:
    """The cost in words, with its unit."""
    kind = next(figure.kind for figure in FIGURES if figure.key == cost)
    return f"{TITLES[cost]} ({UNITS[kind]})" if kind in UNITS else TITLES[cost]


def on_front(rows: Sequence[Row], cost: str) -> list[str]:
    """Labels of the runs on the front, cheapest first."""
    words = labels(rows)
    return [words[name] for name in front(rows, cost)]


def chart(
    rows: Sequence[Row], cost: str, published: bool = False, errors: bool = False
) -> go.Figure:
    """Accuracy against `cost` for runs that may be compared.

    Args:
        rows: Rows of `figures`.
        cost: One of `COSTS`.
        published: Also what the sources printed of this dataset; parameters only.
        errors: Mistakes on a logarithmic axis instead of accuracy.
    """
    others = published_points(rows[0]["dataset"]) if published and cost == "params" and rows else []
    return plots.pareto(dots(rows, cost), on_front(rows, cost), others, axis_title(cost), errors)


def drawing(rows: Sequence[Row], cost: str) -> list[scenes.Shape]:
    """The same chart for exports; empty where no run has both accuracy and cost."""
    measured = dots(rows, cost)
    return scenes.scene(measured, on_front(rows, cost), axis_title(cost)) if measured else []


def chart_png(rows: Sequence[Row], cost: str) -> bytes:
    """The chart as a PNG file on white.

    Raises:
        LabError: no run has both a test accuracy and this cost.
    """
    shapes = drawing(rows, cost)
    if not shapes:
        raise LabError("There is nothing to draw yet: none of these runs has been tested.")
    return scenes.png(shapes)


def published_points(dataset: str) -> list[plots.Published]:
    """What the sources printed of a dataset, as points."""
    return [
        plots.Published(
            one.title, one.params, one.accuracy, f"{one.source}: {one.dataset}. {one.note}"
        )
        for one in sources.on_dataset(dataset)
    ]


Said = tuple[str, plots.Mark, Sequence[tuple[str, float]], str | None]


def answers_html(said: Sequence[Said]) -> str:
    """What every model says of one picture.

    Args:
        said: By model: name, look, classes with probabilities (best first), and the true class
            where it is known.
    """
    return tables.answers(
        [
            tables.Said(
                name,
                *best[0],
                f"{best[1][0]} ({best[1][1] * 100:.1f} %)",
                None if truth is None else best[0][0] == truth,
                look.color,
            )
            for name, look, best, truth in said
        ]
    )
