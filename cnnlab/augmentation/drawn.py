"""Digits drawn by program, in hands that MNIST seldom shows: a supply of them, drawn once."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab.augmentation._cards import Batch, operation
from cnnlab.augmentation.hands import HANDS, RARE, Stroke
from cnnlab.registry import Knob

EACH = 240  # drawn of each digit; every use is warped anew, so few are enough
_BOX = 20 / 28  # MNIST's digits fill so much of the picture
_POINTS = 100  # the pen's places along one digit
_SEED = 20_120_306


def are_digits(labels: Sequence[str]) -> bool:
    """Whether class k of these is the digit k: only then can one be drawn for it."""
    return [str(label) for label in labels] == [str(digit) for digit in HANDS]


@operation(
    title="Drawn digits",
    turn=5,
    accepts=are_digits,
    needs="classes that are the digits 0 to 9",
    knobs=(
        Knob(
            "drawn",
            0.0,
            "Puts a drawn digit of the same kind in place of so many pictures, in hands that "
            "MNIST seldom shows: a barred 7, a 4 closed at its top, a 1 with a long flag. For "
            "digits only.",
            0.0,
            60.0,
            1.0,
            unit="%",
        ),
    ),
)
def drawn(batch: Batch, values: Mapping[str, Any], rng: np.random.Generator) -> Batch:
    """Some pictures give way to a digit drawn by program, of the same kind."""
    x = draw_over(batch.x, batch.y.argmax(axis=1), float(values["drawn"]), rng)
    return Batch(x, batch.y, batch.partners)


def draw_over(
    x: np.ndarray, digits: np.ndarray, percent: float, rng: np.random.Generator
) -> np.ndarray:
    """A batch where some pictures gave way to a drawn one of the same digit.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1, ink bright on 0.
        digits: `(n,)`, the digit on each picture; any other number is left as it is.
        percent: How many are replaced.
        rng: Where the choice is drawn from.
    """
    supply = _supply(*x.shape[1:3])
    chosen = (rng.random(len(x)) < percent / 100) & (digits >= 0) & (digits < len(HANDS))
    which = rng.integers(0, EACH, len(x))
    x = x.copy()
    x[chosen] = supply[digits[chosen], which[chosen], :, :, None] / np.float32(255)
    return x


@functools.lru_cache(maxsize=2)
def _supply(height: int, width: int) -> np.ndarray:
    """uint8 `(10, EACH, height, width)`, the same in every process."""
    rng = np.random.Generator(np.random.PCG64(_SEED))
    every = [(*hands, *RARE.get(digit, ())) for digit, hands in HANDS.items()]
    return np.stack(
        [
            np.stack([_drawing(hands[i % len(hands)], height, width, rng) for i in range(EACH)])
            for hands in every
        ]
    )


def _drawing(
    strokes: list[Stroke], height: int, width: int, rng: np.random.Generator
) -> np.ndarray:
    """One digit, shaken, slanted, narrowed, and framed as MNIST frames: uint8 `(height, width)`."""
    shaken = [np.array(s) + _tremble(s, rng) for s in strokes]
    lengths = np.array([np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in shaken])
    counts = np.rint(_POINTS * lengths / lengths.sum()).astype(int)
    path = np.concatenate([_curve(*one) for one in zip(shaken, counts, strict=True)])
    path[:, 1] = _proportioned(path[:, 1], rng.uniform(0.8, 1.25))
    slant, narrow = rng.uniform(-0.1, 0.3), rng.uniform(0.7, 1.0)
    path = path @ np.array([[narrow, 0], [-slant, 1]])
    side = min(height, width) * _BOX
    radius = side * rng.choice((0.04, 0.055, 0.07, 0.085)) * rng.uniform(0.85, 1.15)
    span = np.ptp(path, axis=0).max() or 1.0
    path = (path - path.mean(axis=0)) * (side - 2 * radius) / span + (width / 2, height / 2)
    return _ink(path.astype(np.float32), radius, rng.uniform(0.8, 1.6), height, width)


def _tremble(stroke: Stroke, rng: np.random.Generator) -> np.ndarray:
    """A small move for every point; points given twice stay one corner."""
    _, which = np.unique(np.array(stroke), axis=0, return_inverse=True)
    return rng.normal(0, 0.025, (len(stroke), 2))[which.ravel()]


def _proportioned(y: np.ndarray, power: float) -> np.ndarray:
    """Heights `(n,)` with the upper part grown (below 1) or shrunk: heads small and large."""
    top, span = y.min(), np.ptp(y) or 1.0
    return top + span * ((y - top) / span) ** power


def _curve(points: np.ndarray, count: int) -> np.ndarray:
    """`(count, 2)` places at even distances on a Catmull-Rom curve through the points."""
    a, b, c, d = (
        np.concatenate([points[:1], points, points[-1:]])[i : len(points) - 1 + i, None]
        for i in range(4)
    )
    t = np.linspace(0, 1, 12)[:, None]
    dense = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    dense = dense.reshape(-1, 2)
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(dense, axis=0).T))])
    even = np.linspace(0, length[-1], count)
    return np.stack([np.interp(even, length, dense[:, axis]) for axis in (0, 1)], axis=1)


def _ink(path: np.ndarray, radius: float, soft: float, height: int, width: int) -> np.ndarray:
    """A round pen led along `path` (x, y), its edge `soft` pixels wide: uint8."""
    pixels = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1)
    pixels = pixels.reshape(-1, 2).astype(np.float32)
    # |pixel - pen|^2 by the matrix product: ten times as fast as differences.
    apart = (path**2).sum(axis=1)[:, None] - 2 * path @ pixels.T
    nearest = np.maximum(apart.min(axis=0) + (pixels**2).sum(axis=1), 0).reshape(height, width)
    level = np.clip((radius - np.sqrt(nearest)) / soft + 0.5, 0, 1)
    return np.rint(level * 255).astype(np.uint8)
