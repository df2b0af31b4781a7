"""The Datasets page's plots: contact sheets, single pictures, counts and histograms."""

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from cnnlab.plots._style import BLUE, GREEN, GREY, ORANGE, RED, brief_each, figure

GAP_PX = 2  # between the pictures of a sheet, in their own pixels
PART_COLORS = {"train": BLUE, "validation": ORANGE, "test": GREEN}
CHANNEL_COLORS = {1: (GREY,), 3: (RED, GREEN, BLUE)}
CHANNEL_NAMES = {1: ("gray",), 3: ("red", "green", "blue")}


@dataclass(frozen=True)
class Sheet:
    """A contact sheet: one PNG with all pictures, and their names.

    Attributes:
        source: The PNG as a data address; `digest` tells it from other sheets.
        shape: (rows, columns).
        names: A name for every picture, row by row; an empty one marks an empty place.
        tops: Names above the columns, if any; `sides` beside the rows.
        words: What the sheet shows, for those who cannot see it.
        widest_px: More than this it shall not be enlarged.
        framed: Number of the picture to frame.
    """

    source: str
    digest: str
    shape: tuple[int, int]
    names: list[str]
    tops: list[str]
    sides: list[str]
    words: str
    widest_px: int
    framed: int | None = None


def sheet(
    pictures: np.ndarray,
    names: Sequence[Sequence[str]],
    words: str,
    sides: Sequence[str] = (),
    tops: Sequence[str] = (),
    tile_px: int = 56,
    framed: int | None = None,
) -> Sheet:
    """Pictures in a grid.

    Args:
        pictures: `(rows, columns, height, width, channels)`, uint8.
        names: A name for every picture, by row and column; an empty one leaves the place empty.
        words: What the sheet shows, in a sentence.
        sides: Names beside the rows; `tops` likewise, above the columns.
        tile_px: How wide a picture may become on the screen.
        framed: Number of the picture to frame, row by row.
    """
    source, digest = _png(_mosaic(pictures, names))
    return Sheet(
        source,
        digest,
        pictures.shape[:2],
        [name for row in names for name in row],
        list(tops),
        list(sides),
        words,
        pictures.shape[1] * tile_px + 8 * max((len(side) for side in sides), default=0),
        framed,
    )


def averages(mean: np.ndarray, deviation: np.ndarray, names: Sequence[str]) -> Sheet:
    """Mean pictures above, deviation pictures below, one column a class.

    Both are `(classes, height, width, channels)`, uint8. Deviations are drawn twice as bright:
    at most half of the range can be reached.
    """
    bright = np.minimum(deviation.astype(np.uint16) * 2, 255).astype(np.uint8)
    rows = ("mean", "deviation")
    texts = [[f"{row} of {name}" for name in names] for row in rows]
    words = f"Mean and deviation pictures of {', '.join(names)}."
    return sheet(np.stack([mean, bright]), texts, words, rows, names, 96)


def samples(pictures: np.ndarray, sides: Sequence[str]) -> Sheet:
    """Some pictures of each class `(classes, some, height, width, channels)`, one row a class."""
    names = [
        [f"{side}, picture {number + 1}" for number in range(pictures.shape[1])] for side in sides
    ]
    return sheet(pictures, names, f"Samples of {', '.join(sides)}.", sides, tile_px=72)


def pairs(pictures: np.ndarray, names: Sequence[str]) -> Sheet:
    """Pairs of pictures `(n, 2, height, width, channels)`, one above the other."""
    words = f"Pairs of pictures: {'; '.join(names)}."
    return sheet(np.swapaxes(pictures, 0, 1), [names, names], words, tile_px=84)


def versions(picture: np.ndarray, made: np.ndarray, columns: int = 8) -> Sheet:
    """A picture `(height, width, channels)`, framed, and its augmented versions `(n, ...)`.

    `n + 1` is a multiple of `columns`.
    """
    pictures = np.concatenate([picture[None], made]).reshape(-1, columns, *picture.shape)
    names = [["as training may show it"] * columns for _ in pictures]
    names[0][0] = "the picture itself"
    words = f"A picture and {len(made)} augmented versions of it."
    return sheet(pictures, names, words, tile_px=108, framed=0)


def single(picture: np.ndarray) -> go.Figure:
    """One picture at pixel scale: every pixel's value under the pointer.

    Args:
        picture: `(height, width, channels)`, uint8.
    """
    height, width, channels = picture.shape
    values = "value %{z[0]}" if channels == 1 else "red %{z[0]}, green %{z[1]}, blue %{z[2]}"
    pixels = {
        "type": "image",
        "z": np.repeat(picture, 3, axis=-1) if channels == 1 else picture,
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
            "x": brief_each(labels),
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
        "x": brief_each(labels),
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
    plot.add_hline(chance, line={"color": GREY, "dash": "dot", "width": 2})
    return plot


def _mosaic(pictures: np.ndarray, names: Sequence[Sequence[str]]) -> np.ndarray:
    """All pictures in one RGBA array, each followed by a gap; gaps and empty places clear."""
    down, across, height, width, channels = pictures.shape
    tiles = np.zeros((down, height + GAP_PX, across, width + GAP_PX, 4), np.uint8)
    inner = tiles.swapaxes(1, 2)[:, :, :height, :width]
    inner[..., :3] = pictures if channels == 3 else pictures[..., :1]
    there = np.array([[bool(name) for name in row] for row in names])
    inner[..., 3] = np.where(there, 255, 0)[..., None, None]
    return tiles.reshape(down * (height + GAP_PX), across * (width + GAP_PX), 4)


def _png(pixels: np.ndarray) -> tuple[str, str]:
    """A PNG as a data address, and its digest."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=3)
    data = stream.getvalue()
    source = "data:image/png;base64," + base64.b64encode(data).decode()
    return source, hashlib.blake2b(data, digest_size=8).hexdigest()
