"""Kernels as small pictures: zero in the middle of the color scale, values under the pointer."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from cnnlab.plots._style import BLUE, DIVERGING, GREY, figure

_CELL_PX = 22
_WIDTH_PX = 430  # of a plot in one of two columns, its color bar left out
_MOST_HEIGHT_PX = 560
_LEGIBLE_PX = 8  # a gap between kernels that holds a number


def gallery(kernels: np.ndarray, first: int = 0, scale: float | None = None) -> go.Figure:
    """A grid of kernels in one picture, each a tile of its own weights.

    Args:
        kernels: `(height, width, filters)`, floats.
        first: The number of the first filter, for its caption.
        scale: Colors run from -scale to +scale; None: every kernel gets its own scale.
    """
    height, width, count = kernels.shape
    columns, cell_px = _layout(count, height, width)
    values, colors, names = _mosaic(kernels, first, columns, scale)
    tiles = {
        "type": "heatmap",
        "z": colors,
        "customdata": values,
        "text": names,
        "zmin": -1.0,
        "zmax": 1.0,
        "colorscale": [list(stop) for stop in DIVERGING],
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "hovertemplate": "%{text}<br>weight %{customdata:.4f}<extra></extra>",
        "colorbar": _colorbar(scale),
    }
    rows = math.ceil(count / columns)
    shown = [tiles, _numbers(count, columns, kernels.shape, first, cell_px)]
    return figure(
        shown if cell_px >= _LEGIBLE_PX else shown[:1],
        round(rows * (height + 1) * cell_px) + 24,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        xaxis={"visible": False, "constrain": "domain"},
        yaxis={"visible": False, "autorange": "reversed", "scaleanchor": "x"},
        showlegend=False,
    )


def _numbers(
    count: int, columns: int, shape: tuple[int, ...], first: int, cell_px: float
) -> dict[str, object]:
    """The filters' numbers above their kernels, in the gaps; one trace, for it draws fast."""
    height, width, _ = shape
    return {
        "type": "scatter",
        "mode": "text",
        "x": [i % columns * (width + 1) - 0.5 for i in range(count)],
        "y": [i // columns * (height + 1) - 0.55 for i in range(count)],
        "text": [str(first + i) for i in range(count)],
        "textposition": "top right",
        "textfont": {"size": min(10, round(cell_px * 0.8)), "color": GREY},
        "hoverinfo": "skip",
    }


def mixer(values: np.ndarray, first: int = 0, scale: float | None = None) -> go.Figure:
    """1x1 kernels as one table: a column for each filter, a row for each channel it reads.

    Args:
        values: `(channels, filters)`, floats.
        first: The number of the first filter.
        scale: Colors run from -scale to +scale; None: every filter gets its own scale.
    """
    channels, filters = values.shape
    largest = np.full(filters, scale) if scale else np.abs(values).max(axis=0)
    cells = {
        "type": "heatmap",
        "x": [first + i for i in range(filters)],
        "z": np.clip(values / np.where(largest, largest, 1.0), -1, 1),
        "customdata": values,
        "zmin": -1.0,
        "zmax": 1.0,
        "colorscale": [list(stop) for stop in DIVERGING],
        "hovertemplate": "filter %{x}, channel %{y}<br>weight %{customdata:.4f}<extra></extra>",
        "colorbar": _colorbar(scale),
    }
    return figure(
        [cells],
        int(min(_MOST_HEIGHT_PX, max(220, 60 + 14 * channels))),
        xaxis={"title": {"text": "filter"}},
        yaxis={"title": {"text": "input channel"}, "autorange": "reversed"},
    )


def spread(moments: Sequence[tuple[str, np.ndarray]]) -> go.Figure:
    """How often each weight occurs in a layer: `(name, weights in any shape)` for each moment."""
    low = min(values.min() for _, values in moments)
    high = max(values.max() for _, values in moments)
    edges = np.linspace(low, high if high > low else low + 1e-6, 41)
    lines = [
        {
            "type": "scatter",
            "x": (edges[:-1] + edges[1:]) / 2,
            "y": np.histogram(values, edges)[0] / values.size,
            "name": name,
            "mode": "lines",
            "line": {"color": color, "shape": "hvh", "width": 2},
            "hovertemplate": f"{name}<br>around %{{x:.3f}}: %{{y:.1%}}<extra></extra>",
        }
        for (name, values), color in zip(moments, (BLUE, GREY), strict=False)
    ]
    return figure(
        lines,
        240,
        xaxis={"title": {"text": "weight"}},
        yaxis={"title": {"text": "share"}, "tickformat": ".0%", "rangemode": "tozero"},
    )


def _layout(count: int, height: int, width: int) -> tuple[int, float]:
    """How many kernels stand in a row so that their cells are as large as the place allows."""

    def cell_px(columns: int) -> float:
        rows = math.ceil(count / columns)
        across, down = columns * (width + 1), rows * (height + 1)
        return min(_CELL_PX, _WIDTH_PX / across, (_MOST_HEIGHT_PX - 24) / down)

    best = max(range(1, count + 1), key=lambda columns: (round(cell_px(columns), 1), columns))
    return best, cell_px(best)


def _mosaic(
    kernels: np.ndarray, first: int, columns: int, scale: float | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, colors in -1..1 and hover texts, tiled with a gap of one cell between kernels."""
    height, width, count = kernels.shape
    rows = math.ceil(count / columns)
    size = (rows * (height + 1), columns * (width + 1))
    values, names = np.full(size, np.nan), np.full(size, "", dtype=object)
    colors = np.full(size, np.nan)
    for i in range(count):
        top, left = (i // columns) * (height + 1), (i % columns) * (width + 1)
        place = np.s_[top : top + height, left : left + width]
        values[place] = kernels[:, :, i]
        largest = scale or float(np.abs(kernels[:, :, i]).max()) or 1.0
        colors[place] = np.clip(kernels[:, :, i] / largest, -1, 1)
        names[place] = [
            [f"filter {first + i}, row {y}, column {x}" for x in range(width)]
            for y in range(height)
        ]
    return values, colors, names


def _colorbar(scale: float | None) -> dict[str, Any]:
    """Labels in weights when the scale is shared, else in parts of each kernel's largest."""
    ends = ["-max", "0", "+max"] if scale is None else [f"{-scale:.2g}", "0", f"{scale:.2g}"]
    return {"thickness": 10, "len": 0.9, "tickvals": [-1, 0, 1], "ticktext": ends}
