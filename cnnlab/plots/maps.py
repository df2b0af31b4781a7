"""Maps as pictures: many in one PNG, each value a pixel, colored by one of the lab's scales."""

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from PIL import Image
from plotly.colors import sample_colorscale

from cnnlab.plots._style import DIVERGING, SEQUENTIAL

STEPS = 255  # colors of a scale; one palette entry is left for gaps and what is no number
_MOST_ACROSS = 32


@dataclass(frozen=True)
class Sprite:
    """Equal tiles in one picture: `source` is a data address, `across` tiles stand in a row."""

    source: str
    across: int
    down: int


def sprite(tiles: np.ndarray, low: Sequence[float], high: Sequence[float]) -> Sprite:
    """Maps as colored tiles.

    A tile that goes below zero is drawn on the diverging scale, zero in its middle; another from
    zero (or its lowest value) upwards on the sequential one.

    Args:
        tiles: `(n, height, width)`, floats; NaN stays transparent.
        low: The value of the darkest color, for each tile; `high` likewise.
    """
    colors = np.stack([_levels(*one) for one in zip(tiles, low, high, strict=True)])
    signed = np.array([one < 0 for one in low])
    pictures = _palette()[signed.astype(int)[:, None, None], colors]
    return _packed(pictures)


def pictures(tiles: np.ndarray) -> Sprite:
    """Ordinary pictures as tiles: `(n, height, width, channels)`, uint8 or floats in 0..1."""
    if tiles.dtype != np.uint8:
        tiles = np.rint(tiles.clip(0, 1) * 255).astype(np.uint8)
    if tiles.shape[-1] == 1:
        tiles = np.repeat(tiles, 3, axis=-1)
    return _packed(np.concatenate([tiles, np.full((*tiles.shape[:3], 1), 255, np.uint8)], axis=-1))


def stacked(images: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures of one size as one array `(n, height, width, channels)`."""
    return np.stack(list(images))


class Span(Protocol):
    """Some rows or columns, `first` and `last` included."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...


def crops(parts: Sequence[tuple[np.ndarray, tuple[Span, Span]]]) -> tuple[Sprite, int, int]:
    """Parts of pictures as tiles of one size, in the middle of clear tiles where they differ.

    Args:
        parts: (picture `(h, w, c)` uint8, (rows, columns)) each; rows and columns have `first`
            and `last`, both included.

    Returns:
        The sprite, and the height and width of its tiles in pixels.
    """
    cut = [
        image[rows.first : rows.last + 1, columns.first : columns.last + 1]
        for image, (rows, columns) in parts
    ]
    height, width = (max(one.shape[axis] for one in cut) for axis in (0, 1))
    tiles = np.zeros((len(cut), height, width, 4), np.uint8)
    for tile, one in zip(tiles, cut, strict=True):
        top, left = (height - one.shape[0]) // 2, (width - one.shape[1]) // 2
        inside = tile[top : top + one.shape[0], left : left + one.shape[1]]
        inside[..., :3], inside[..., 3] = one, 255
    return _packed(tiles), height, width


def bytes_of(image: np.ndarray) -> np.ndarray:
    """A picture `(h, w, c)`, floats in 0..1, for the eye: uint8, `(h, w)` gray or `(h, w, 3)`."""
    pixels = np.rint(image.clip(0, 1) * 255).astype(np.uint8)
    return pixels[..., 0] if pixels.shape[-1] == 1 else pixels


def limits(maps: np.ndarray, shared: bool) -> tuple[list[float], list[float]]:
    """The ends of the color scale for each of `(height, width, n)` maps.

    `shared` gives all the same ends. With negative values the scale reaches equally far to both
    sides, so that its middle is zero; without any it starts at zero.
    """
    flat = maps.reshape(-1, maps.shape[-1])
    lows, highs = flat.min(axis=0), flat.max(axis=0)
    if shared:
        lows, highs = np.full_like(lows, lows.min()), np.full_like(highs, highs.max())
    reach = np.maximum(np.abs(lows), np.abs(highs))
    below = lows < 0
    return np.where(below, -reach, 0.0).tolist(), np.where(below, reach, highs).tolist()


def color(value: float, low: float, high: float) -> tuple[str, bool]:
    """A value's CSS color on the scale from `low` to `high`, and whether that color is dark."""
    level = int(_levels(np.array([value]), low, high)[0])
    red, green, blue, _ = _palette()[int(low < 0), level].tolist()
    return f"rgb({red},{green},{blue})", 0.299 * red + 0.587 * green + 0.114 * blue < 140


def colored(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """A map `(height, width)` as colors `(height, width, 3)`, floats in 0..1."""
    return _palette()[int(low < 0), _levels(values, low, high)][..., :3] / 255


def gradient(signed: bool) -> str:
    """The scale as a CSS gradient, for a legend."""
    return f"linear-gradient(90deg, {', '.join(_sampled(signed, 9))})"


def _levels(tile: np.ndarray, low: float, high: float) -> np.ndarray:
    """Palette numbers 0..254 of the values; 255 for what is no number."""
    span = (high - low) or 1.0
    filled = np.nan_to_num((tile - low) / span, nan=0.0).clip(0, 1)
    return np.where(np.isfinite(tile), np.rint(filled * (STEPS - 1)), STEPS).astype(np.uint8)


@cache
def _palette() -> np.ndarray:
    """`(2, 256, 4)` uint8: the sequential scale, the diverging one; the last entry is clear."""
    scales = []
    for signed in (False, True):
        words = _sampled(signed, STEPS)
        rgb = [[int(float(part)) for part in word[4:-1].split(",")] for word in words]
        scales.append([*([*color, 255] for color in rgb), [0, 0, 0, 0]])
    return np.array(scales, np.uint8)


def _sampled(signed: bool, count: int) -> list[str]:
    scale = [list(stop) for stop in DIVERGING] if signed else SEQUENTIAL
    return sample_colorscale(scale, [i / (count - 1) for i in range(count)], colortype="rgb")


def _packed(tiles: np.ndarray) -> Sprite:
    """Tiles `(n, height, width, 4)` side by side in one PNG."""
    count, height, width, _ = tiles.shape
    across = min(count, _MOST_ACROSS)
    down = math.ceil(count / across)
    sheet = np.zeros((down * across, height, width, 4), np.uint8)
    sheet[:count] = tiles
    sheet = sheet.reshape(down, across, height, width, 4).swapaxes(1, 2)
    file = io.BytesIO()
    Image.fromarray(sheet.reshape(down * height, across * width, 4)).save(
        file, "PNG", compress_level=1
    )
    source = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    return Sprite(source, across, down)
