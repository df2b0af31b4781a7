"""A training's curves: loss and accuracy, training against validation, the best epoch marked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cnnlab.plots._style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    SKY,
    figure,
    plain,
    thinned,
)
from cnnlab.schema import HistoryRow, LayerNorms, ProgressPoint

_HEIGHT = 300
_MOST_LAYERS = 12


@dataclass(frozen=True)
class Earlier:
    """Another run's curve to compare with: what it is called, and its history."""

    name: str
    history: Sequence[HistoryRow]


def curves(
    history: Sequence[HistoryRow],
    points: Sequence[ProgressPoint],
    quantity: str,
    best_epoch: int | None,
    log_scale: bool = False,
    smoothing: bool = False,
    earlier: Sequence[Earlier] = (),
) -> go.Figure:
    """`quantity` ("loss" or "accuracy") over the epochs, and within the one that runs now.

    Args:
        history: The finished epochs.
        points: Live points of the running epoch; running means since its start.
        best_epoch: The epoch, 1-based, whose weights are kept; None before the first.
        log_scale: Logarithmic vertical axis; an accuracy is then drawn as the share of mistakes.
        smoothing: Draw running means over the curves, which turn pale.
        earlier: Runs whose validation curves are drawn dashed on the same axes.
    """
    turned = log_scale and quantity == "accuracy"

    def values(rows: Sequence[HistoryRow | ProgressPoint], key: str) -> list[float]:
        return [1 - getattr(row, key) if turned else getattr(row, key) for row in rows]

    epochs = [float(row.epoch) for row in history]
    x = epochs + [point.epoch + point.batch / point.batches for point in points]
    y = values(history, quantity) + values(points, quantity)
    tested = values(history, f"val_{quantity}")
    lines = [
        *_smoothed("training", x, y, BLUE, smoothing),
        *_smoothed("validation", epochs, tested, ORANGE, smoothing),
    ]
    for other, color in zip(earlier, (GREEN, PINK, SKY), strict=False):
        drawn = thinned(
            [row.epoch for row in other.history], values(other.history, f"val_{quantity}")
        )
        line = _line(_short(other.name), *drawn, color) | {"mode": "lines"}
        lines.append(line | {"line": {"color": color, "width": 1.5, "dash": "dash"}})
    if best_epoch:
        lines.append(_best(best_epoch, tested[best_epoch - 1]))
    axis = {
        "title": "share of mistakes" if turned else quantity,
        "type": "log" if log_scale else "linear",
    }
    if quantity == "accuracy":
        axis |= {"tickformat": ".1%" if turned else ".0%"}
    return figure(lines, _HEIGHT, xaxis={"title": "epoch", "rangemode": "tozero"}, yaxis=axis)


def _smoothed(
    name: str, x: Sequence[float], y: Sequence[float], color: str, smoothing: bool
) -> list[dict[str, Any]]:
    """A curve; with smoothing a pale one and its running mean, which carries the name."""
    line = _line(name, *thinned(x, y), color)
    if not smoothing or len(x) < 3:
        return [line]
    mean = _line(name, *thinned(x, running_mean(y)), color) | {"mode": "lines"}
    pale = {"mode": "lines", "opacity": 0.3, "showlegend": False, "hoverinfo": "skip"}
    return [line | pale | {"hovertemplate": None}, mean]


def running_mean(values: Sequence[float], memory: float = 0.6) -> list[float]:
    """The exponential running mean, corrected for its start; what is no number is stepped over."""
    means, total, weight = [], 0.0, 0.0
    for value in values:
        if math.isfinite(value):
            total = memory * total + (1 - memory) * value
            weight = memory * weight + (1 - memory)
        means.append(total / weight if weight else value)
    return means


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"


def _line(name: str, x: Sequence[float], y: Sequence[float], color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) <= 30 else "lines",
        "name": plain(name),
        "x": x,
        "y": y,
        "line": {"color": color, "width": 2},
        "marker": {"size": 5},
        "hovertemplate": "epoch %{x:.2f}: %{y:.4f}",
    }


def _depth_color(share: float) -> str:
    """From blue at the front over pink to orange at the back; each reads on light and dark."""
    first, second = (BLUE, PINK) if share < 0.5 else (PINK, ORANGE)
    part = 2 * share % 1 if share < 1 else 1
    ends = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return f"rgb({', '.join(str(round(a + part * (b - a))) for a, b in ends)})"


def _best(epoch: int, value: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"best epoch ({epoch})",
        "x": [epoch],
        "y": [value],
        "marker": {"color": GREEN, "size": 13, "symbol": "star"},
        "hovertemplate": "best epoch %{x}: %{y:.4f}",
    }


def norms(rows: Sequence[LayerNorms], quantity: str) -> go.Figure:
    """A norm of each layer over the epochs, first layers blue, last ones orange.

    Args:
        rows: As `Run.norms`; at least one.
        quantity: "weights" or "gradients". More than twelve layers are thinned out evenly.
    """
    layers = rows[-1].layers
    last = max(1, len(layers) - 1)
    chosen = sorted({round(i * last / (_MOST_LAYERS - 1)) for i in range(_MOST_LAYERS)})
    if len(layers) <= _MOST_LAYERS:
        chosen = list(range(len(layers)))
    alike = [row for row in rows if row.layers == layers]
    lines = []
    for i in chosen:
        drawn = thinned([row.epoch for row in alike], [getattr(row, quantity)[i] for row in alike])
        line = _line(layers[i], *drawn, _depth_color(i / last))
        lines.append(line | {"hovertemplate": "epoch %{x}: %{y:.4g}"})
    return figure(
        lines,
        _HEIGHT + 60,
        xaxis={"title": "epoch", "rangemode": "tozero"},
        yaxis={"title": f"norm of the {quantity}", "type": "log", "exponentformat": "power"},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
    )


def rate_curve(rates: Sequence[float], epochs: int) -> go.Figure:
    """The planned learning rate over the whole training; `rates` evenly spaced."""
    x = [epochs * i / max(1, len(rates) - 1) for i in range(len(rates))]
    line = _line("learning rate", x, rates, GREY) | {"mode": "lines"}
    line["hovertemplate"] = "epoch %{x:.1f}: %{y:.5f}"
    return figure(
        [line],
        150,
        xaxis={"title": "epoch"},
        yaxis={"title": "learning rate", "rangemode": "tozero"},
        showlegend=False,
    )
