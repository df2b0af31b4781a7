"""A training's curves: loss and accuracy, training against validation, the best epoch marked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cnnlab.markdown import shortened
from cnnlab.plots._style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    Figure,
    brief,
    figure,
    thinned,
)
from cnnlab.schema import HistoryRow, LayerNorms, ProgressPoint

_HEIGHT = 190
_MIDDLE_BLUE = "#2B87C2"  # words read on light and dark
_NORMS_HEIGHT = 360
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
    epochs: int = 0,
    changed: Sequence[float] = (),
) -> Figure:
    """`quantity` ("loss" or "accuracy") over the epochs, and within the one that runs now.

    Training is dashed, validation solid; each is named where it ends.

    Args:
        history: The finished epochs.
        points: Live points of the running epoch; running means since its start.
        best_epoch: The epoch, 1-based, whose weights are kept; None before the first.
        log_scale: Logarithmic vertical axis; an accuracy is then drawn as the share of mistakes.
        smoothing: Draw running means over the curves, which turn pale.
        earlier: Runs whose validation curves are drawn dotted on the same axes.
        epochs: How many are planned: the axis ends there from the start. 0 ends it with the data.
        changed: Where, in epochs, the reader changed something on the way.
    """
    turned = log_scale and quantity == "accuracy"

    def values(rows: Sequence[HistoryRow | ProgressPoint], key: str) -> list[float]:
        return [1 - getattr(row, key) if turned else getattr(row, key) for row in rows]

    done = [float(row.epoch) for row in history]
    x = done + [point.epoch + point.batch / point.batches for point in points]
    y = values(history, quantity) + values(points, quantity)
    tested = values(history, f"val_{quantity}")
    lines = [
        *_smoothed("training", x, y, GREY, smoothing, "dash"),
        *_smoothed("validation", done, tested, BLUE, smoothing, "solid"),
    ]
    for other, color in zip(earlier, (GREEN, PINK, ORANGE), strict=False):
        drawn = thinned(
            [row.epoch for row in other.history], values(other.history, f"val_{quantity}")
        )
        line = _line(shortened(other.name, 20), *drawn, color) | {"mode": "lines"}
        lines.append(line | {"line": {"color": color, "width": 1.5, "dash": "dot"}})
    if best_epoch:
        lines.append(_best(best_epoch, tested[best_epoch - 1]))
    ends = [("training", x, y, GREY), ("validation", done, tested, _MIDDLE_BLUE)]
    last = max(epochs, *(map(int, done or [0])))
    return _framed(lines, ends, quantity, log_scale, last, earlier, changed)


def _framed(
    lines: list[dict[str, Any]],
    ends: Sequence[tuple[str, Sequence[float], Sequence[float], str]],
    quantity: str,
    log_scale: bool,
    epochs: int,
    earlier: Sequence[Earlier],
    changed: Sequence[float],
) -> Figure:
    """The curves in their frame: what is still to come is shaded, the lines carry their names."""
    share = quantity == "accuracy"
    words = "share of mistakes" if share and log_scale else quantity
    axis: dict[str, Any] = {
        "title": {"text": words, "standoff": 4},
        "type": "log" if log_scale else "linear",
        "nticks": 4,
    }
    if share:
        axis |= {"tickformat": ".1%" if log_scale else ".0%"}
    across: dict[str, Any] = {"title": {"text": "epoch", "standoff": 2}, "rangemode": "tozero"}
    now = max((x[-1] for _, x, _, _ in ends if x), default=0.0)
    layout: dict[str, Any] = {"annotations": _end_labels(ends, share, log_scale, epochs)}
    if epochs:
        across["range"] = [0, epochs]
    layout["shapes"] = [_changed_at(place) for place in changed]
    if now < epochs:
        layout["shapes"].append(_still_to_come(now, epochs))
    return figure(
        lines,
        _HEIGHT,
        xaxis=across,
        yaxis=axis,
        showlegend=bool(earlier),
        margin={"l": 58, "r": 12, "t": 8, "b": 36},
        **layout,
    )


def _still_to_come(now: float, epochs: int) -> dict[str, Any]:
    ends = {"x0": now, "x1": epochs, "y0": 0, "y1": 1, "yref": "paper"}
    look = {"fillcolor": "rgba(128,128,128,0.1)", "line": {"width": 0}, "layer": "below"}
    return {"type": "rect", **ends, **look}


def _changed_at(place: float) -> dict[str, Any]:
    """An upright line where a reader changed something while it trained."""
    ends = {"x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **ends, "line": {"color": ORANGE, "width": 1.5, "dash": "dot"}}


def _end_labels(
    ends: Sequence[tuple[str, Sequence[float], Sequence[float], str]],
    share: bool,
    log_scale: bool,
    epochs: int,
) -> list[dict[str, Any]]:
    """Name and last value of each line at its end, the higher one above, the lower one below."""
    known = [one for one in ends if one[1] and math.isfinite(one[2][-1])]
    known = [one for one in known if not log_scale or one[2][-1] > 0]
    top = max(known, key=lambda one: one[2][-1], default=None)
    labels = []
    for one in known:
        name, x, y, color = one
        value = f"{y[-1]:.1%}" if share else f"{y[-1]:.3f}"
        inside = bool(epochs) and x[-1] > 0.6 * epochs
        labels.append(
            {
                "x": x[-1],
                "y": math.log10(y[-1]) if log_scale else y[-1],
                "text": f"{name} {value}",
                "showarrow": False,
                "xanchor": "right" if inside else "left",
                "xshift": -8 if inside else 8,
                "yshift": 10 if one is top else -10,
                "font": {"color": color, "size": 13},
            }
        )
    return labels


def _smoothed(
    name: str, x: Sequence[float], y: Sequence[float], color: str, smoothing: bool, dash: str
) -> list[dict[str, Any]]:
    """A curve; with smoothing a pale one and its running mean, which carries the name."""
    line = _line(name, *thinned(x, y), color) | {"mode": "lines"}
    line["line"] = {"color": color, "width": 2, "dash": dash}
    if not smoothing or len(x) < 3:
        return [line]
    mean = line | _xy(*thinned(x, running_mean(y)))
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


def _xy(x: Sequence[float], y: Sequence[float]) -> dict[str, Any]:
    return {"x": x, "y": y}


def _line(name: str, x: Sequence[float], y: Sequence[float], color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) <= 30 else "lines",
        "name": brief(name),
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
        "cliponaxis": False,
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
        _NORMS_HEIGHT,
        xaxis={"title": "epoch", "rangemode": "tozero"},
        yaxis={"title": f"norm of the {quantity}", "type": "log", "exponentformat": "power"},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
    )


def rate_curve(
    rates: Sequence[float],
    epochs: int,
    passed: Sequence[tuple[float, float]] = (),
    changed: Sequence[float] = (),
) -> go.Figure:
    """The planned learning rate over the whole training.

    Args:
        rates: Evenly spaced, from the first batch to the last.
        epochs: How many the plan has.
        passed: What it was so far: (epoch, rate).
        changed: Where, in epochs, the reader changed something on the way.
    """
    x = [epochs * i / max(1, len(rates) - 1) for i in range(len(rates))]
    line = _line("planned", x, rates, GREY) | {"mode": "lines"}
    lines = [line | {"hovertemplate": "epoch %{x:.1f}: %{y:.5f}"}]
    if passed:
        done = _line("so far", *thinned(*zip(*passed, strict=True)), BLUE) | {"mode": "lines"}
        lines.append(done | {"hovertemplate": "epoch %{x:.1f}: %{y:.5f}"})
    return figure(
        lines,
        _HEIGHT if passed else 150,
        xaxis={"title": {"text": "epoch", "standoff": 2}, "range": [0, max(1, epochs)]},
        yaxis={
            "title": {"text": "learning rate", "standoff": 4},
            "rangemode": "tozero",
            "nticks": 4,
        },
        margin={"l": 64, "r": 12, "t": 8, "b": 36},
        showlegend=False,
        shapes=[_changed_at(place) for place in changed],
    )
