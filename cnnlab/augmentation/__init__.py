"""Augmentation: every epoch shows each training picture a little differently.

NumPy alone, a whole batch at a time, so the same code serves the preview and the training on
any Keras backend. What happens to a batch depends on (seed, epoch, batch number) alone: a
training that is resumed sees exactly what an unbroken one would have seen.

    presets   the settings and recipes to start from
    warp      shift, turn, slant, stretch, narrow, mirror, bend
    light     brightness, contrast, tint
    pen       strokes thinner or thicker
    drawn     digits drawn by program, of the strokes in `hands`
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.augmentation.drawn import are_digits, draw_over
from cnnlab.augmentation.light import KINDS as LIGHT
from cnnlab.augmentation.light import relight
from cnnlab.augmentation.pen import thicken
from cnnlab.augmentation.presets import KNOBS, PRESETS, Preset, check, settings
from cnnlab.augmentation.warp import bends, maps, warp

WARPS = ("shift", "rotation", "shear", "zoom", "narrow", "elastic")

__all__ = [
    "KNOBS",
    "PRESETS",
    "Preset",
    "are_digits",
    "augment",
    "augment_batch",
    "check",
    "generator",
    "mixup",
    "preview",
    "settings",
]


def generator(seed: int, epoch: int, batch: int) -> np.random.Generator:
    """The random numbers of one batch, the same whenever it is drawn again."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, epoch, batch])))


def augment(x: np.ndarray, values: Mapping[str, Any], rng: np.random.Generator) -> np.ndarray:
    """A batch with every picture changed in its own way; labels stay as they are.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1.
        values: Some of `KNOBS`, checked by `check` or `settings`; without drawn and mixup.
        rng: From `generator`.

    Returns:
        A new array like `x`, or `x` itself when nothing is switched on.
    """
    if any(values.get(name) for name in WARPS):
        x = warp(x, *maps(x.shape, values, rng), bends(x.shape, values, rng))
    elif values.get("flip_horizontal") or values.get("flip_vertical"):
        x = _flip(x, values, rng)
    if values.get("pen"):
        x = thicken(x, float(values["pen"]), rng)
    if any(values.get(name) for name in LIGHT):
        x = relight(x, values, rng)
    return _cut_out(x, float(values["cutout"]), rng) if values.get("cutout") else x


def mixup(
    x: np.ndarray,
    y: np.ndarray,
    alpha: float,
    rng: np.random.Generator,
    partners: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Each picture blended with another of the batch, and their labels in the same proportion.

    Args:
        x: Pictures `(n, height, width, channels)`, floats.
        y: One-hot labels `(n, classes)`, floats.
        alpha: Both parameters of the Beta distribution the proportion is drawn from.
        rng: From `generator`.
        partners: Index of each picture's partner; None draws them.

    Source: Zhang et al., 2017, arXiv:1710.09412.
    """
    share = rng.beta(alpha, alpha, len(x)).astype(np.float32)
    share = np.maximum(share, 1 - share)  # the picture itself keeps the larger part
    other = rng.permutation(len(x)) if partners is None else partners
    wide = share[:, None, None, None]
    return x * wide + x[other] * (1 - wide), y * share[:, None] + y[other] * (1 - share[:, None])


def augment_batch(
    x: np.ndarray,
    y: np.ndarray,
    values: Mapping[str, Any],
    seed: int,
    epoch: int,
    batch: int,
) -> tuple[np.ndarray, np.ndarray]:
    """What training does to one batch: some drawn, all of it `augment`, then `mixup`.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1.
        y: One-hot labels `(n, classes)`, float32.
        values: Some of `KNOBS`, checked.
        seed: The run's seed; `epoch` and `batch` count from 0.
    """
    rng = generator(seed, epoch, batch)
    if values.get("drawn"):
        x = draw_over(x, y.argmax(axis=1), float(values["drawn"]), rng)
    x = augment(x, values, rng)
    return mixup(x, y, float(values["mixup"]), rng) if values.get("mixup") else (x, y)


def preview(
    picture: np.ndarray,
    others: np.ndarray,
    values: Mapping[str, Any],
    count: int,
    seed: int = 0,
    digit: int = -1,
) -> np.ndarray:
    """What training would make of one picture, `count` times over.

    Args:
        picture: `(height, width, channels)`, uint8.
        others: `(some, height, width, channels)`, uint8: what mixup blends it with, in turn.
        values: Some of `KNOBS`, checked.
        count: How many versions.
        seed: Another one gives other versions.
        digit: The digit on it, so that a drawn one may stand in; -1 where it shows something else.

    Returns:
        uint8 `(count, height, width, channels)`.
    """
    rng = generator(seed, 0, 0)
    batch = [np.repeat(picture[None], count, axis=0), others[np.arange(count) % len(others)]]
    x = np.concatenate(batch).astype(np.float32) / 255
    if values.get("drawn"):
        digits = np.where(np.arange(2 * count) < count, digit, -1)
        x = draw_over(x, digits, float(values["drawn"]), rng)
    x = augment(x, values, rng)
    if values.get("mixup"):
        partners = np.roll(np.arange(2 * count), count)
        nobody = np.zeros((2 * count, 1), np.float32)
        x, _ = mixup(x, nobody, float(values["mixup"]), rng, partners)
    return np.rint(x[:count] * 255).astype(np.uint8)


def _flip(x: np.ndarray, values: Mapping[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Mirrored pictures without any interpolation."""
    x = x.copy()
    for axis, name in ((1, "flip_vertical"), (2, "flip_horizontal")):
        if values.get(name):
            chosen = rng.random(len(x)) < 0.5
            x[chosen] = np.flip(x[chosen], axis)
    return x


def _cut_out(x: np.ndarray, percent: float, rng: np.random.Generator) -> np.ndarray:
    """A square of each picture replaced by the picture's mean; it may hang over the border.

    Source: DeVries and Taylor, 2017, arXiv:1708.04552.
    """
    n, height, width, _ = x.shape
    half = min(height, width) * percent / 200
    rows = np.abs(np.arange(height) - rng.uniform(0, height, (n, 1))) < half
    columns = np.abs(np.arange(width) - rng.uniform(0, width, (n, 1))) < half
    hidden = rows[:, :, None, None] & columns[:, None, :, None]
    return np.where(hidden, x.mean(axis=(1, 2), keepdims=True, dtype=np.float32), x)
