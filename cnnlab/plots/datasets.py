"""The Datasets page's plots: contact sheets, single pictures, counts and histograms."""

import base64
import io
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from cnnlab.plots._style import BLUE, GREEN, GREY, ORANGE, RED, figure

GAP_PX = 2  # between the pictures of a sheet, in their own pixels
MOST_HEIGHT_PX = 640
PART_COLORS = {"train": BLUE, "validation": ORANGE, "test": GREEN}
CHANNEL_COLORS = {1: (GREY,), 3: (RED, GREEN, BLUE)}
CHANNEL_NAMES = {1: ("gray",), 3: ("red", "green", "blue")}


def sheet(
    pictures: np.ndarray,
    hover: Sequence[Sequence[str]],
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    tile_px: int = 56,
    chosen: tuple[int, int] | None = None,
) -> go.Figure:
    """Pictures in a grid; each is a point that can be clicked.

    Args:
        pictures: `(rows, columns, height, width, channels)`, uint8.
        hover: A text for every picture, row by row; an empty one leaves the place empty.
        rows: Names beside the rows; `columns` likewise, above.
        tile_px: About how large a picture shall be on the screen.
        chosen: (row, column) of the picture to frame.
    """
    down, across, height, width, _ = pictures.shape
    step = (height + GAP_PX, width + GAP_PX)
    mosaic = _mosaic(pictures, hover)
    centers = [
        ((column + 0.5) * step[1] - GAP_PX / 2, (row + 0.5) * step[0] - GAP_PX / 2)
        for row in range(down)
        for column in range(across)
    ]
    texts = [text for row in hover for text in row]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _ in centers],
        "y": [y for _, y in centers],
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": tile_px * 0.8, "symbol": "square", "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "showlegend": False,
    }
    wide = max((len(name) for name in rows), default=0)
    grid = figure(
        [_image(mosaic), points],
        int(min(MOST_HEIGHT_PX, down * tile_px * step[0] / step[1] + (28 if columns else 8))),
        margin={"l": 8 + 7 * min(wide, 20), "r": 4, "t": 24 if columns else 4, "b": 4},
        dragmode=False,
        xaxis=_axis([(column + 0.5) * step[1] - GAP_PX / 2 for column in range(across)], columns)
        | {"side": "top", "constrain": "domain", "constraintoward": "left"},
        yaxis=_axis([(row + 0.5) * step[0] - GAP_PX / 2 for row in range(down)], rows)
        | {"scaleanchor": "x", "constrain": "domain", "constraintoward": "top"},
    )
    grid.update_xaxes(range=[-0.5, across * step[1] - GAP_PX + 0.5])
    grid.update_yaxes(range=[down * step[0] - GAP_PX + 0.5, -0.5])
    if chosen:
        _frame(grid, chosen, step, (height, width))
    return grid


def averages(mean: np.ndarray, deviation: np.ndarray, names: Sequence[str]) -> go.Figure:
    """Mean pictures above, deviation pictures below, one column a class.

    Both are `(classes, height, width, channels)`, uint8. Deviations are drawn twice as bright:
    at most half of the range can be reached.
    """
    bright = np.minimum(deviation.astype(np.uint16) * 2, 255).astype(np.uint8)
    words = [[f"{row} of {name}" for name in names] for row in ("mean", "deviation")]
    return sheet(np.stack([mean, bright]), words, ("mean", "deviation"), names, 96)


def pairs(pictures: np.ndarray, words: Sequence[str]) -> go.Figure:
    """Pairs of pictures `(n, 2, height, width, channels)`, one above the other."""
    return sheet(np.swapaxes(pictures, 0, 1), [words, words], tile_px=84)


def versions(picture: np.ndarray, made: np.ndarray, columns: int = 8) -> go.Figure:
    """A picture `(height, width, channels)`, framed, and its augmented versions `(n, ...)`.

    `n + 1` is a multiple of `columns`.
    """
    pictures = np.concatenate([picture[None], made]).reshape(-1, columns, *picture.shape)
    words = [["an augmented version"] * columns for _ in pictures]
    words[0][0] = "the picture itself"
    return sheet(pictures, words, tile_px=84, chosen=(0, 0))


def single(picture: np.ndarray) -> go.Figure:
    """One picture at pixel scale: every pixel's value under the pointer.

    Args:
        picture: `(height, width, channels)`, uint8.
    """
    height, width, channels = picture.shape
    values = "value %{customdata}" if channels == 1 else "red, green, blue %{customdata}"
    texts = np.apply_along_axis(lambda v: ", ".join(map(str, v)), -1, picture).tolist()
    pixels = {
        "type": "image",
        "z": np.repeat(picture, 3, axis=-1) if channels == 1 else picture,
        "customdata": texts,
        "hovertemplate": f"row %{{y}}, column %{{x}}<br>{values}<extra></extra>",
    }
    return figure(
        [pixels],
        360,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        xaxis={"visible": False, "constrain": "domain", "range": [-0.5, width - 0.5]},
        yaxis={"visible": False, "scaleanchor": "x", "range": [height - 0.5, -0.5]},
    )


def class_counts(labels: Sequence[str], counts: Mapping[str, Sequence[int]]) -> go.Figure:
    """Pictures of each class, stacked by part."""
    bars = [
        {
            "type": "bar",
            "name": part,
            "x": list(labels),
            "y": list(numbers),
            "marker": {"color": PART_COLORS[part]},
            "hovertemplate": f"%{{x}}<br>{part}: %{{y:,}}<extra></extra>",
        }
        for part, numbers in counts.items()
    ]
    return figure(
        bars,
        340,
        barmode="stack",
        bargap=0.25,
        xaxis={"type": "category", "showgrid": False},
        yaxis={"title": {"text": "pictures"}},
    )


def pixel_histogram(histogram: np.ndarray) -> go.Figure:
    """How often each brightness occurs, by channel: `(channels, bins)` counts."""
    channels, bins = histogram.shape
    shares = histogram / np.maximum(histogram.sum(axis=1, keepdims=True), 1)
    levels = ((np.arange(bins) + 0.5) / bins).round(3).tolist()
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": levels,
            "y": share.tolist(),
            "line": {"color": color, "shape": "hvh", "width": 2},
            "hovertemplate": f"{name} near %{{x:.2f}}: %{{y:.2%}} of the pixels<extra></extra>",
        }
        for name, color, share in zip(
            CHANNEL_NAMES[channels], CHANNEL_COLORS[channels], shares, strict=True
        )
    ]
    return figure(
        lines,
        280,
        showlegend=channels > 1,
        xaxis={"title": {"text": "pixel value, 0 black to 1 white"}, "range": [0, 1]},
        yaxis={"title": {"text": "share of pixels"}, "type": "log", "tickformat": ".1%"},
    )


def own_neighbors(labels: Sequence[str], own: Sequence[float], chance: float) -> go.Figure:
    """For each class the share of pictures whose nearest neighbor is of the same class."""
    bars = {
        "type": "bar",
        "x": list(labels),
        "y": list(own),
        "marker": {"color": BLUE},
        "hovertemplate": "%{x}: %{y:.0%} among their own<extra></extra>",
    }
    plot = figure(
        [bars],
        300,
        bargap=0.25,
        xaxis={"type": "category", "showgrid": False},
        yaxis={"title": {"text": "nearest neighbor of own class"}, "tickformat": ".0%"},
    )
    plot.update_yaxes(range=[0, 1])
    plot.add_hline(chance, line={"color": GREY, "dash": "dot"}, annotation={"text": "guessing"})
    return plot


def _mosaic(pictures: np.ndarray, hover: Sequence[Sequence[str]]) -> np.ndarray:
    """All pictures in one RGBA array, gaps and empty places clear."""
    down, across, height, width, channels = pictures.shape
    mosaic = np.zeros((down * (height + GAP_PX), across * (width + GAP_PX), 4), np.uint8)
    tiles = mosaic.reshape(down, height + GAP_PX, across, width + GAP_PX, 4).swapaxes(1, 2)
    tiles[:, :, :height, :width, :3] = pictures if channels == 3 else pictures[..., :1]
    there = np.array([[bool(text) for text in row] for row in hover])
    tiles[:, :, :height, :width, 3] = np.where(there, 255, 0)[..., None, None]
    return mosaic[:-GAP_PX, :-GAP_PX]


def _image(pixels: np.ndarray) -> dict:
    """An image trace that shows its pixels as squares and answers to no pointer."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=3)
    source = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
    return {"type": "image", "source": source, "hoverinfo": "skip"}


def _axis(places: Sequence[float], names: Sequence[str]) -> dict:
    if not names:
        return {"visible": False}
    short = [name if len(name) <= 20 else name[:19] + "…" for name in names]
    return {"tickvals": list(places), "ticktext": short, "showgrid": False, "ticks": ""}


def _frame(
    grid: go.Figure, chosen: tuple[int, int], step: tuple[int, int], size: tuple[int, int]
) -> None:
    row, column = chosen
    grid.add_shape(
        type="rect",
        x0=column * step[1] - 1,
        y0=row * step[0] - 1,
        x1=column * step[1] + size[1],
        y1=row * step[0] + size[0],
        line={"color": ORANGE, "width": 3},
    )
