"""What the Compare page draws: accuracy against cost, curves, agreement, classes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from cnnlab.plots._style import SEQUENTIAL, brief, brief_each, figure, plain, thinned
from cnnlab.plots.comparison.pareto import golf, pareto
from cnnlab.plots.comparison.points import Mark, Point, Published, mark
from cnnlab.schema import HistoryRow

__all__ = [
    "History",
    "Mark",
    "Point",
    "Published",
    "agreement",
    "classes",
    "curves",
    "golf",
    "mark",
    "pareto",
]


class History(NamedTuple):
    """One run's epochs: its name, rows with losses, accuracies and seconds, and its look."""

    name: str
    rows: Sequence[HistoryRow]
    mark: Mark


def curves(
    histories: Sequence[History],
    quantity: str,
    training: bool = False,
    over: str = "epoch",
    log_scale: bool = False,
) -> go.Figure:
    """Learning curves on shared axes: validation in full lines, training thin and pale.

    Args:
        histories: Runs with at least one epoch.
        quantity: "accuracy" or "loss".
        training: Draw the training curves, too.
        over: "epoch" or "seconds" of training.
        log_scale: Logarithmic vertical axis.
    """
    data = []
    for history in histories:
        data.append(_curve(history, f"val_{quantity}", over))
        if training:
            pale = _curve(history, quantity, over)
            data.append(pale | {"opacity": 0.45, "showlegend": False, "mode": "lines"})
    title = f"validation {quantity}" + (" (training: pale)" if training else "")
    axis: dict[str, Any] = {"title": title, "type": "log" if log_scale else "linear"}
    if quantity == "accuracy":
        axis |= {"tickformat": ".3~%"}
    if not log_scale:
        axis["range"] = _settled(histories, [f"val_{quantity}", quantity][: 1 + training])
    words = "epoch" if over == "epoch" else "seconds of training"
    return figure(data, 420, xaxis={"title": words, "rangemode": "tozero"}, yaxis=axis)


def _settled(histories: Sequence[History], keys: Sequence[str]) -> list[float]:
    """An axis without each run's first tenth, whose leaps would flatten all that follows."""
    values = [
        getattr(row, key)
        for _, rows, _ in histories
        for row in rows[len(rows) // 10 + (len(rows) > 2) :]
        for key in keys
    ]
    room = 0.06 * (max(values) - min(values)) or 0.01
    return [min(values) - room, max(values) + room]


def _curve(history: History, key: str, over: str) -> dict[str, Any]:
    places: list[float] = []
    total = 0.0
    for row in history.rows:
        total += row.seconds
        places.append(total if over == "seconds" else row.epoch)
    x, y = thinned(places, [getattr(row, key) for row in history.rows])
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) < 2 else "lines",
        "name": brief(history.name),
        "x": x,
        "y": y,
        "line": {"color": history.mark.color, "dash": history.mark.dash, "width": 2},
        "hovertemplate": f"%{{x:.4~g}}: %{{y:.4f}}<extra>{plain(history.name)}</extra>",
    }


def agreement(names: Sequence[str], shares: Sequence[Sequence[float]]) -> go.Figure:
    """How often two models give the same answer, right or wrong; shares 0..1."""
    size, words = range(len(names)), [plain(name) for name in names]
    off = [[None if i == j else shares[i][j] for j in size] for i in size]
    heat = {
        "type": "heatmap",
        "z": off,
        "x": list(size),
        "y": list(size),
        "colorscale": SEQUENTIAL,
        "texttemplate": "%{z:.1%}",
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "customdata": [[[words[i], words[j]] for j in size] for i in size],
        "hovertemplate": "%{customdata[0]} and %{customdata[1]}: same answer for %{z:.2%}"
        "<extra></extra>",
    }
    ticks = {"tickvals": list(size), "ticktext": brief_each(names, 24), "showgrid": False}
    return figure(
        [heat],
        max(300, 110 + 42 * len(names)),
        xaxis={**ticks, "tickangle": -30 if len(names) > 3 else 0},
        yaxis={**ticks, "autorange": "reversed"},
        margin={"l": 150, "r": 16, "t": 12, "b": 90},
    )


def classes(
    labels: Sequence[str], recall: Mapping[str, Sequence[float]], marks: Sequence[Mark]
) -> go.Figure:
    """What share of each class every model finds; the hardest class first.

    Args:
        labels: Class names.
        recall: By model, one value (0..1) a class.
        marks: Looks, in the models' order.
    """
    mean = [sum(values[i] for values in recall.values()) / len(recall) for i in range(len(labels))]
    order = sorted(range(len(labels)), key=mean.__getitem__)
    words = brief_each(labels)
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": brief(name),
            "x": [values[i] for i in order],
            "y": [words[i] for i in order],
            "marker": {"color": look.color, "symbol": look.symbol, "size": 12, "opacity": 0.85},
            "hovertemplate": f"%{{y}}: {plain(name)} finds %{{x:.2%}}<extra></extra>",
        }
        for (name, values), look in zip(recall.items(), marks, strict=True)
    ]
    return figure(
        data,
        max(320, 90 + 26 * len(labels)),
        xaxis={"title": "share of the class it finds (recall)", "tickformat": ".3~%"},
        yaxis={"type": "category", "autorange": "reversed"},
        margin={"l": 110, "r": 24, "t": 12, "b": 48},
    )
