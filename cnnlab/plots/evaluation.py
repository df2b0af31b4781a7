"""What the Evaluate page draws: confusion, reliability, rejection."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cnnlab.plots._style import BLUE, GREY, ORANGE, brief_each, figure, plain


def confusion(
    counts: Sequence[Sequence[int]], labels: Sequence[str], per_cent: bool = False
) -> go.Figure:
    """The confusion matrix: rows are true classes, columns what the model said.

    Args:
        counts: `counts[i][j]` pictures of class i called j.
        labels: Class names.
        per_cent: Shares of the row instead of counts.

    Right answers on the diagonal are blue, mistakes orange, each on a scale of its own, so that
    few mistakes are seen beside many right answers. Every cell can be clicked: on top lies one
    invisible point for each, since heat maps report no clicks.
    """
    rows, names = range(len(labels)), [plain(label) for label in labels]
    sums = [max(1, sum(row)) for row in counts]
    shown = [
        [100 * counts[i][j] / sums[i] if per_cent else counts[i][j] for j in rows] for i in rows
    ]
    off = [[None if i == j else shown[i][j] for j in rows] for i in rows]
    hits = [[shown[i][i] if i == j else None for j in rows] for i in rows]
    words = [[_word(shown[i][j], per_cent) for j in rows] for i in rows]
    strong = [[_is_strong(off, i, j) for j in rows] for i in rows]
    heat = _cells(off, [[0, "rgba(230,159,0,0)"], [1, ORANGE]])
    right = _cells(hits, [[0, "rgba(0,114,178,0)"], [1, "rgba(0,114,178,0.3)"]])
    right |= {"zmin": 0, "zmax": max((shown[i][i] for i in rows), default=1) or 1}
    spots = {
        "type": "scatter",
        "mode": "markers",
        "x": [j for _ in rows for j in rows],
        "y": [i for i in rows for _ in rows],
        "customdata": [[i, j] for i in rows for j in rows],
        "marker": {"size": 26, "symbol": "square", "color": "rgba(0,0,0,0)"},
        "hovertemplate": [
            f"{names[i]} called {names[j]}: {words[i][j]}<extra></extra>"
            for i in rows
            for j in rows
        ],
        "unselected": {"marker": {"opacity": 1}},
    }
    numbers = [_numbers(words, strong, dark) for dark in (False, True)] if len(labels) <= 20 else []
    ticks = {"tickvals": list(rows), "ticktext": brief_each(labels), "showgrid": False}
    return figure(
        [heat, right, *numbers, spots],
        max(360, min(760, 60 + 32 * len(labels))),
        showlegend=False,
        xaxis={"title": "the model said", **ticks},
        yaxis={"title": "true class", "autorange": "reversed", **ticks},
    )


def _cells(values: Sequence[Sequence[float | None]], colors: list[list[Any]]) -> dict[str, Any]:
    look = {"colorscale": colors, "showscale": False, "xgap": 1, "ygap": 1, "hoverinfo": "skip"}
    return {"type": "heatmap", "z": values, **look}


def _word(value: float, per_cent: bool) -> str:
    if not value:
        return ""
    return f"{value:.1f}" if per_cent else str(value)


def _is_strong(off: Sequence[Sequence[float | None]], i: int, j: int) -> bool:
    """Whether a cell of mistakes is so orange that dark words read best in either theme."""
    most = max((value for row in off for value in row if value is not None), default=0) or 1
    return (off[i][j] or 0) > 0.6 * most


def _numbers(
    words: Sequence[Sequence[str]], strong: Sequence[Sequence[bool]], dark: bool
) -> dict[str, Any]:
    """The words of the strong cells in dark, or those of all others in the theme's own color."""
    rows = range(len(words))
    places = [(i, j) for i in rows for j in rows if words[i][j] and strong[i][j] == dark]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [j for _, j in places],
        "y": [i for i, _ in places],
        "text": [words[i][j] for i, j in places],
        "textfont": {"size": 11} | ({"color": "#111111"} if dark else {}),
        "hoverinfo": "skip",
    }


def reliability(rows: Sequence[dict[str, float]]) -> go.Figure:
    """Accuracy against confidence, one bar per bin; on the diagonal the model knows itself."""
    bars = {
        "type": "bar",
        "x": [row["confidence"] for row in rows],
        "y": [row["accuracy"] for row in rows],
        "width": 0.06,
        "marker": {"color": BLUE},
        "name": "measured",
        "customdata": [row["count"] for row in rows],
        "hovertemplate": "says %{x:.0%}, is right %{y:.1%} of %{customdata} pictures",
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": GREY, "dash": "dot"},
        "name": "perfectly honest",
        "hoverinfo": "skip",
    }
    axis = {"tickformat": ".0%", "range": [0, 1.02]}
    return figure(
        [bars, line], 300, xaxis={"title": "confidence", **axis}, yaxis={"title": "right", **axis}
    )


def rejection(points: Sequence[tuple[float, float]]) -> go.Figure:
    """Accuracy on the share of pictures the model is surest of."""
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [share for share, _ in points],
        "y": [accuracy for _, accuracy in points],
        "line": {"color": ORANGE, "width": 2},
        "hovertemplate": "answers the surest %{x:.0%}: %{y:.2%} right<extra></extra>",
    }
    axis = {"tickformat": ".0%"}
    return figure(
        [line],
        300,
        showlegend=False,
        xaxis={"title": "share of pictures answered", "range": [0, 1.02], **axis},
        yaxis={"title": "accuracy on them", "tickformat": ".1%"},
    )
