"""What the Compare page draws: accuracy against cost, curves, agreement, classes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from cnnlab.plots._style import GREY, PALETTE, SEQUENTIAL, figure

_DASHES = ("solid", "dash", "dot")
_SYMBOLS = ("circle", "square", "cross")
_PLACES = ("top center", "bottom center", "middle right", "middle left")
_MOST_POINTS = 500


class Mark(NamedTuple):
    """How one run looks in every chart of the page."""

    color: str
    dash: str
    symbol: str


def mark(index: int) -> Mark:
    """The look of the run at `index`; two of twenty never look the same."""
    again = index // len(PALETTE)
    return Mark(PALETTE[index % len(PALETTE)], _DASHES[again % 3], _SYMBOLS[again % 3])


class Point(NamedTuple):
    """One model: cost on the horizontal axis, accuracy and its interval (0..1), look, words."""

    name: str
    cost: float
    accuracy: float
    interval: tuple[float, float] | None
    mark: Mark
    words: str


class Published(NamedTuple):
    """A figure as its source printed it: never measured here."""

    name: str
    cost: float
    accuracy: float
    words: str


def pareto(
    points: Sequence[Point],
    front: Sequence[str],
    published: Sequence[Published],
    cost: str,
    errors: bool = False,
) -> go.Figure:
    """Accuracy against cost on a logarithmic axis, the front drawn as steps.

    Args:
        points: Measured models, cheapest first.
        front: Names of those nobody beats.
        published: Other people's figures, in hollow diamonds.
        cost: The horizontal axis' title.
        errors: Show the share of mistakes on a logarithmic axis instead of the accuracy.
    """
    data = [_front_line([p for p in points if p.name in front], errors)]
    if published:
        data.append(_diamonds(published, errors))
    data += [_dot(point, number, errors, len(points) <= 10) for number, point in enumerate(points)]
    title = "mistakes on the test pictures" if errors else "test accuracy"
    axis: dict[str, Any] = {"title": title, "tickformat": ".3~%"}
    if errors:
        axis |= {"type": "log", "autorange": "reversed", "minor": {"showgrid": False}}
    return figure(
        data,
        440,
        xaxis={"title": f"{cost} (log)", "type": "log", "dtick": 1, "exponentformat": "SI"},
        yaxis=axis,
        margin={"l": 64, "r": 24, "t": 12, "b": 48},
        hovermode="closest",
    )


def _height(accuracy: float, errors: bool) -> float:
    # A logarithm has no place for zero: no mistakes at all are drawn as one in a million.
    return max(1 - accuracy, 1e-6) if errors else accuracy


def _front_line(points: Sequence[Point], errors: bool) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "front: no measured model beats these",
        "x": [p.cost for p in points],
        "y": [_height(p.accuracy, errors) for p in points],
        "line": {"color": GREY, "width": 2, "shape": "hv"},
        "hoverinfo": "skip",
    }


def _diamonds(published: Sequence[Published], errors: bool) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "published by a source, not measured here",
        "x": [p.cost for p in published],
        "y": [_height(p.accuracy, errors) for p in published],
        "marker": {"symbol": "diamond-open", "size": 11, "color": GREY, "line": {"width": 2}},
        "customdata": [[p.name, p.accuracy, p.words] for p in published],
        "hovertemplate": "<b>%{customdata[0]}</b>, published<br>%{x:,} parameters, "
        "%{customdata[1]:.2%}<br>%{customdata[2]}<extra></extra>",
    }


def _dot(point: Point, number: int, errors: bool, labeled: bool) -> dict:
    low, high = point.interval or (point.accuracy, point.accuracy)
    up, down = high - point.accuracy, point.accuracy - low
    if errors:
        up, down = down, up
    return {
        "type": "scatter",
        "mode": "markers+text" if labeled else "markers",
        "name": point.name,
        "showlegend": not labeled,
        "x": [point.cost],
        "y": [_height(point.accuracy, errors)],
        "text": [point.name],
        "textposition": _PLACES[number % 2],
        "cliponaxis": False,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [up],
            "arrayminus": [down],
            "color": point.mark.color,
            "thickness": 1,
            "width": 4,
        },
        "marker": {"color": point.mark.color, "symbol": point.mark.symbol, "size": 13},
        "hovertemplate": f"<b>{_plain(point.name)}</b><br>{_plain(point.words)}<extra></extra>",
    }


def _plain(text: str) -> str:
    """A reader's words inside Plotly's small HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "% {")


class History(NamedTuple):
    """One run's epochs: its name, rows with losses, accuracies and seconds, and its look."""

    name: str
    rows: Sequence[Mapping[str, float]]
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
    axis = {"title": title, "type": "log" if log_scale else "linear"}
    if quantity == "accuracy":
        axis |= {"tickformat": ".3~%"}
    words = "epoch" if over == "epoch" else "seconds of training"
    return figure(data, 420, xaxis={"title": words, "rangemode": "tozero"}, yaxis=axis)


def _curve(history: History, key: str, over: str) -> dict:
    x, total = [], 0.0
    for row in history.rows:
        total += row["seconds"]
        x.append(total if over == "seconds" else row["epoch"])
    y = [row[key] for row in history.rows]
    x, y = _thinned(x, y)
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) < 2 else "lines",
        "name": history.name,
        "x": x,
        "y": y,
        "line": {"color": history.mark.color, "dash": history.mark.dash, "width": 2},
        "hovertemplate": f"%{{x:.4~g}}: %{{y:.4f}}<extra>{_plain(history.name)}</extra>",
    }


def _thinned(x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """At most some 500 points; each stretch keeps its lowest and highest."""
    if len(x) <= _MOST_POINTS:
        return x, y
    stretch = -(-len(x) * 2 // _MOST_POINTS)
    kept = {0, len(x) - 1}
    for start in range(0, len(x), stretch):
        part = range(start, min(start + stretch, len(x)))
        kept |= {min(part, key=y.__getitem__), max(part, key=y.__getitem__)}
    return [x[i] for i in sorted(kept)], [y[i] for i in sorted(kept)]


def agreement(names: Sequence[str], shares: Sequence[Sequence[float]]) -> go.Figure:
    """How often two models give the same answer, right or wrong; shares 0..1."""
    size = range(len(names))
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
        "colorbar": {"tickformat": ".0%", "thickness": 12},
        "customdata": [[[names[i], names[j]] for j in size] for i in size],
        "hovertemplate": "%{customdata[0]} and %{customdata[1]}: same answer for %{z:.2%}"
        "<extra></extra>",
    }
    ticks = {"tickvals": list(size), "ticktext": list(names), "showgrid": False}
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
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": [values[i] for i in order],
            "y": [labels[i] for i in order],
            "marker": {"color": look.color, "symbol": look.symbol, "size": 12, "opacity": 0.85},
            "hovertemplate": f"%{{y}}: {_plain(name)} finds %{{x:.2%}}<extra></extra>",
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
