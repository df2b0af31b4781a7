"""Accuracy against cost of several runs: the chart, and the same for exports."""

from collections.abc import Collection, Sequence

import plotly.graph_objects as go

from cnnlab.comparison import METRICS, TITLES, Row, front, ladder_title, points, shown, sources
from cnnlab.errors import LabError
from cnnlab.plots.comparison import scene
from cnnlab.plots.comparison.marks import labels, marks
from cnnlab.plots.comparison.pareto import pareto, ringed
from cnnlab.plots.comparison.points import Point, Published

_UNITS = {"bytes": "bytes", "ms": "ms", "seconds": "s"}


def _points(rows: Sequence[Row], cost: str) -> list[Point]:
    """The measured models as points of the chart, cheapest first."""
    looks, words = marks(rows), labels(rows)
    kind = next(metric.kind for metric in METRICS if metric.key == cost)
    return [
        Point(
            words[row["run"]],
            row[cost],
            row["accuracy"],
            tuple(row["interval"]) if row["interval"] else None,
            looks[row["run"]],
            f"{shown('percent', row['accuracy'])}, {shown(kind, row[cost])}",
            ladder_of(row),
            study=row["study"],
        )
        for row in points(rows, cost)
    ]


def ladder_of(row: Row) -> str:
    """The ladder a run is a rung of; "" for all others."""
    return ladder_title(row["architecture"], row["dataset"], row["shipped"])


def axis_title(cost: str) -> str:
    """The cost in words, with its unit."""
    kind = next(metric.kind for metric in METRICS if metric.key == cost)
    return f"{TITLES[cost]} ({_UNITS[kind]})" if kind in _UNITS else TITLES[cost]


def _front_labels(rows: Sequence[Row], cost: str) -> list[str]:
    """Labels of the runs on the front, cheapest first."""
    words = labels(rows)
    return [words[name] for name in front(rows, cost)]


def accuracy_cost_chart(
    rows: Sequence[Row],
    cost: str,
    published: bool = False,
    errors: bool = False,
    mine: Collection[str] = (),
) -> go.Figure:
    """Accuracy against `cost` for runs that may be compared.

    Args:
        rows: Rows of `metrics_row`.
        cost: One of `COSTS`.
        published: Also what the sources printed of this dataset; parameters only.
        errors: Mistakes on a logarithmic axis instead of accuracy.
        mine: Names of the reader's own runs, which get a ring.
    """
    others = published_points(rows[0]["dataset"]) if published and cost == "params" and rows else []
    measured, best = _points(rows, cost), _front_labels(rows, cost)
    chart = pareto(measured, best, others, axis_title(cost), errors)
    words = labels(rows)
    own = {words[name] for name in mine if name in words}
    return ringed(chart, [point for point in measured if point.name in own], errors)


def accuracy_cost_shapes(rows: Sequence[Row], cost: str) -> list[scene.Shape]:
    """The same chart for exports; empty where no run has both accuracy and cost."""
    measured = _points(rows, cost)
    return scene.scene(measured, _front_labels(rows, cost), axis_title(cost)) if measured else []


def accuracy_cost_png(rows: Sequence[Row], cost: str) -> bytes:
    """The chart as a PNG file on white.

    Raises:
        LabError: no run has both a test accuracy and this cost.
    """
    shapes = accuracy_cost_shapes(rows, cost)
    if not shapes:
        raise LabError("There is nothing to draw yet: none of these runs has been tested.")
    return scene.png(shapes)


def published_points(dataset: str) -> list[Published]:
    """What the sources printed of a dataset, as points."""
    return [
        Published(one.title, one.params, one.accuracy, f"{one.source}: {one.dataset}. {one.note}")
        for one in sources.on_dataset(dataset)
    ]
