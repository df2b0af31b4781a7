"""A training's curves: loss and accuracy, training against validation, the best epoch marked."""

from collections.abc import Sequence

import plotly.graph_objects as go

from cnnlab.plots._style import BLUE, GREEN, GREY, ORANGE, figure, thinned

_HEIGHT = 300


def curves(
    history: Sequence[dict[str, float]],
    points: Sequence[dict[str, float]],
    quantity: str,
    best_epoch: int | None,
    log_scale: bool = False,
) -> go.Figure:
    """`quantity` ("loss" or "accuracy") over the epochs, and within the one that runs now.

    Args:
        history: Rows with `epoch`, `quantity` and `val_<quantity>`.
        points: Live points of the running epoch; running means since its start.
        best_epoch: The epoch, 1-based, whose weights are kept; None before the first.
        log_scale: Logarithmic vertical axis.
    """
    epochs = [row["epoch"] for row in history]
    trained = [row[quantity] for row in history]
    x = epochs + [point["epoch"] + point["batch"] / point["batches"] for point in points]
    y = trained + [point[quantity] for point in points]
    lines = [
        _line("training", *thinned(x, y), BLUE),
        _line("validation", *thinned(epochs, [row[f"val_{quantity}"] for row in history]), ORANGE),
    ]
    if best_epoch:
        lines.append(_best(history[best_epoch - 1], quantity))
    axis = {"title": quantity, "type": "log" if log_scale else "linear"}
    if quantity == "accuracy":
        axis |= {"tickformat": ".0%"}
    return figure(lines, _HEIGHT, xaxis={"title": "epoch", "rangemode": "tozero"}, yaxis=axis)


def _line(name: str, x: Sequence[float], y: Sequence[float], color: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) <= 30 else "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": color, "width": 2},
        "marker": {"size": 5},
        "hovertemplate": "epoch %{x:.2f}: %{y:.4f}",
    }


def _best(row: dict[str, float], quantity: str) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"best epoch ({int(row['epoch'])})",
        "x": [row["epoch"]],
        "y": [row[f"val_{quantity}"]],
        "marker": {"color": GREEN, "size": 13, "symbol": "star"},
        "hovertemplate": "best epoch %{x}: %{y:.4f}",
    }


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
