"""Augmentation: every epoch shows each training picture a little differently.

NumPy alone, a whole batch at a time, so the same code serves the preview and the training on
any Keras backend. What happens to a batch depends on (seed, epoch, batch number) alone: a
training that is resumed sees exactly what an unbroken one would have seen.

    presets   the recipes to start from
    drawn, warp, pen, light, cutout, blend   the operations: one file each, its knobs on its card
    hands     the strokes of the drawn digits
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.augmentation._cards import OPERATIONS, PRESETS, Batch, OperationCard, Preset, operations
from cnnlab.augmentation.drawn import are_digits
from cnnlab.augmentation.hands import HANDS
from cnnlab.augmentation.mixup import mixup
from cnnlab.registry import Knob, Value, check_knobs

__all__ = [
    "OPERATIONS",
    "PRESETS",
    "Batch",
    "OperationCard",
    "Preset",
    "are_digits",
    "augment",
    "augment_batch",
    "check",
    "generator",
    "knobs",
    "mixup",
    "preview",
    "settings",
]


def knobs() -> tuple[Knob, ...]:
    """Every operation's knobs, in the order in which the operations are done."""
    return tuple(knob for card in operations() for knob in card.knobs)


def check(values: Mapping[str, Any]) -> dict[str, Value]:
    """All settings, defaults filled in; `LabError` for an unknown or illegal one."""
    return check_knobs(knobs(), values, "Augmentation")


def settings(preset: str, changes: Mapping[str, Any] | None = None) -> dict[str, Value]:
    """A preset's settings with the reader's changes on top.

    Raises:
        LabError: an unknown preset or an illegal change.
    """
    return check({**PRESETS[preset].settings, **(changes or {})})


def generator(seed: int, epoch: int, batch: int) -> np.random.Generator:
    """The random numbers of one batch, the same whenever it is drawn again."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, epoch, batch])))


def augment(batch: Batch, values: Mapping[str, Any], rng: np.random.Generator) -> Batch:
    """A batch with every picture changed in its own way, operation by operation.

    Args:
        batch: Pictures and labels; neither array is changed.
        values: Some of `knobs`, checked by `check` or `settings`.
        rng: From `generator`.

    Returns:
        A new batch, or `batch` itself when nothing is switched on.
    """
    for card in operations():
        if card.on(values):
            batch = card.function(batch, values, rng)
    return batch


def augment_batch(
    x: np.ndarray,
    y: np.ndarray,
    values: Mapping[str, Any],
    seed: int,
    epoch: int,
    batch: int,
) -> tuple[np.ndarray, np.ndarray]:
    """What training does to one batch.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1.
        y: One-hot labels `(n, classes)`, float32.
        values: Some of `knobs`, checked.
        seed: The run's seed; `epoch` and `batch` count from 0.
    """
    made = augment(Batch(x, y), values, generator(seed, epoch, batch))
    return made.x, made.y


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
        others: `(some, height, width, channels)`, uint8: what it is blended with, in turn.
        values: Some of `knobs`, checked.
        count: How many versions.
        seed: Another one gives other versions.
        digit: The digit on it, so that a drawn one may stand in; -1 where it shows something else.

    Returns:
        uint8 `(count, height, width, channels)`.
    """
    pictures = np.concatenate(
        [np.repeat(picture[None], count, axis=0), others[np.arange(count) % len(others)]]
    )
    # The last column is a class of things that are no digits.
    labels = np.zeros((2 * count, len(HANDS) + 1), np.float32)
    labels[:count, digit] = labels[count:, -1] = 1
    batch = Batch(
        pictures.astype(np.float32) / 255,
        labels,
        partners=np.roll(np.arange(2 * count), count),
    )
    x = augment(batch, values, generator(seed, 0, 0)).x
    return np.rint(x[:count] * 255).astype(np.uint8)
