"""Shift, turn, slant, stretch, narrow, mirror and bend: one map per picture, bilinear.

The affine maps are those of Keras' ImageDataGenerator, which the sources used; what comes in
from outside repeats the border. Bending moves every pixel by a smooth random field.
"""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.augmentation._cards import Batch, operation
from cnnlab.registry import Knob

# Pixels worked on at a time: their coordinates stay in the processor's cache, 3 times faster.
SLAB_PIXELS = 12_000
_KNOTS = 5  # a side: a field has so many free vectors across and down

WARPS = ("shift", "rotation", "shear", "zoom", "narrow", "elastic")
FLIPS = ("flip_vertical", "flip_horizontal")


@operation(
    title="Warp",
    turn=10,
    source="Keras' ImageDataGenerator; Simard et al., 2003 (elastic distortions)",
    knobs=(
        Knob(
            "shift",
            0.0,
            "Moves the picture by up to this much of its side.",
            0.0,
            50.0,
            1.0,
            unit="%",
        ),
        Knob(
            "rotation",
            0.0,
            "Turns it by up to this angle, either way. Try 60 on a 6.",
            0.0,
            60.0,
            1.0,
            unit="degrees",
        ),
        Knob(
            "shear",
            0.0,
            "Slants it by up to this angle, like italics.",
            0.0,
            30.0,
            0.5,
            unit="degrees",
        ),
        Knob(
            "zoom",
            0.0,
            "Stretches or shrinks each side by up to this much.",
            0.0,
            60.0,
            1.0,
            unit="%",
        ),
        Knob(
            "narrow",
            0.0,
            "Makes it narrower by up to this much, its height kept: a thin 8, a tall 0.",
            0.0,
            60.0,
            1.0,
            unit="%",
        ),
        Knob(
            "elastic",
            0.0,
            "Bends it like rubber: every part moves by up to this much of the side, neighbors "
            "together. Hands write so; try 8 on digits.",
            0.0,
            20.0,
            0.5,
            unit="%",
        ),
        Knob(
            "flip_horizontal",
            False,
            "Mirrors every second picture. Wrong for digits: try it on a 2.",
        ),
        Knob(
            "flip_vertical", False, "Turns every second picture upside down. Right for few things."
        ),
    ),
)
def move(batch: Batch, values: Mapping[str, Any], rng: np.random.Generator) -> Batch:
    """Each picture shifted, turned, slanted, stretched, bent and mirrored, all in one step.

    Where it is only mirrored, nothing is interpolated.
    """
    if any(values.get(name) for name in WARPS):
        matrices, offsets = maps(batch.x.shape, values, rng)
        x = warp(batch.x, matrices, offsets, bends(batch.x.shape, values, rng))
    else:
        x = _mirror(batch.x, values, rng)
    return Batch(x, batch.y, batch.partners)


def _mirror(x: np.ndarray, values: Mapping[str, Any], rng: np.random.Generator) -> np.ndarray:
    x = x.copy()
    for axis, name in enumerate(FLIPS, 1):
        if values.get(name):
            chosen = rng.random(len(x)) < 0.5
            x[chosen] = np.flip(x[chosen], axis)
    return x


def maps(
    shape: tuple[int, ...], values: Mapping[str, Any], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One affine map per picture, from the new picture's pixels to the old one's.

    Returns matrices `(n, 2, 2)` and offsets `(n, 2)` in pixels (row, column), about the middle.
    """
    n, height, width = shape[:3]

    def within(name: str, *size: int) -> np.ndarray:
        return rng.uniform(-1, 1, (n, *size)) * float(values.get(name) or 0)

    turn, slant = np.radians(within("rotation")), np.radians(within("shear"))
    stretch = 1 + within("zoom", 2) / 100
    offsets = within("shift", 2) / 100 * (height, width)
    flips = np.ones((n, 2))
    for axis, name in enumerate(FLIPS):
        if values.get(name):
            flips[:, axis] = rng.choice((-1, 1), n)
    if values.get("narrow"):
        stretch[:, 1] /= 1 - rng.uniform(0, float(values["narrow"]) / 100, n)
    rotation = _matrices(np.cos(turn), -np.sin(turn), np.sin(turn), np.cos(turn))
    shear = _matrices(np.ones(n), -np.sin(slant), np.zeros(n), np.cos(slant))
    return rotation @ shear * (stretch * flips)[:, None, :], offsets


def bends(
    shape: tuple[int, ...], values: Mapping[str, Any], rng: np.random.Generator
) -> np.ndarray | None:
    """One smooth random field per picture: by how many pixels (row, column) to look elsewhere.

    Returns float32 `(n, height, width, 2)`, None where nothing is bent. Random vectors at a grid
    of knots are blended by Gaussian weights, so that none is longer than asked for.

    Source: Simard, Steinkraus and Platt, 2003, "Best Practices for Convolutional Neural
    Networks Applied to Visual Document Analysis" (elastic distortions).
    """
    share = float(values.get("elastic") or 0) / 100
    if not share:
        return None
    n, height, width = shape[:3]
    knots = rng.uniform(-share, share, (n, 2, _KNOTS, _KNOTS)).astype(np.float32)
    knots *= np.array([height, width], np.float32)[:, None, None]
    field = _weights(height) @ knots @ _weights(width).T
    return np.ascontiguousarray(np.moveaxis(field, 1, -1))


@functools.cache
def _weights(size: int) -> np.ndarray:
    """How much each knot has to say at each of `size` pixels; every row adds up to 1."""
    places = np.linspace(0, size - 1, _KNOTS)
    apart = (np.arange(size)[:, None] - places) / max(1.0, (size - 1) / (_KNOTS - 1))
    weights = np.exp(-2 * apart**2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _matrices(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """`(n, 2, 2)` matrices [[a, b], [c, d]]."""
    return np.stack([a, b, c, d], axis=-1).reshape(-1, 2, 2)


def warp(
    x: np.ndarray, matrices: np.ndarray, offsets: np.ndarray, bent: np.ndarray | None = None
) -> np.ndarray:
    """The pictures seen through their maps, and `bends` if there are any; borders repeated.

    Args:
        x: Pictures `(n, height, width, channels)`.
        matrices: `(n, 2, 2)`, from a pixel's (row, column) in the result, counted from the
            middle, to that in the picture.
        offsets: `(n, 2)`, added to it: rows and columns, in pixels.
        bent: What `bends` gave.

    Returns:
        float32, shaped like `x`.
    """
    out = np.empty(x.shape, np.float32)
    step = max(1, SLAB_PIXELS // (x.shape[1] * x.shape[2]))
    for start in range(0, len(x), step):
        slab = slice(start, start + step)
        field = None if bent is None else bent[slab]
        _warp_slab(x[slab], matrices[slab], offsets[slab], field, out[slab])
    return out


def _warp_slab(
    x: np.ndarray,
    matrices: np.ndarray,
    offsets: np.ndarray,
    bent: np.ndarray | None,
    out: np.ndarray,
) -> None:
    n, height, width, channels = x.shape
    down = (np.arange(height) - (height - 1) / 2)[None, :, None]
    right = (np.arange(width) - (width - 1) / 2)[None, None, :]
    flat = np.ascontiguousarray(x, np.float32).reshape(-1, channels)
    places, weights = 0, []
    for axis, size in enumerate((height, width)):
        to_row, to_column = matrices[:, axis, 0, None, None], matrices[:, axis, 1, None, None]
        middle = offsets[:, axis, None, None] + (size - 1) / 2
        source = (to_row * down + middle + to_column * right).astype(np.float32)
        if bent is not None:
            source += bent[..., axis]
        np.clip(source, 0, size - 1, out=source)
        # The last pixel is reached from the one before it with weight 1: no gather overflows.
        before = np.minimum(source.astype(np.int32), max(size - 2, 0))
        weights.append((source - before)[..., None])
        places = places * size + before
    places += (np.arange(n, dtype=np.int32) * (height * width))[:, None, None]
    row, column = (width if height > 1 else 0), (1 if width > 1 else 0)
    top = _between(flat, places, column, weights[1])
    bottom = _between(flat, places + row, column, weights[1])
    np.add(top, weights[0] * (bottom - top), out=out)


def _between(flat: np.ndarray, places: np.ndarray, step: int, weight: np.ndarray) -> np.ndarray:
    """Pixels at `places` blended with those `step` further on."""
    first = flat.take(places, axis=0)
    second = flat.take(places + step, axis=0)
    second -= first
    second *= weight
    second += first
    return second
