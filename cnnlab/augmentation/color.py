"""Brightness, contrast and tint: the same change for every pixel of a picture."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.augmentation._cards import Batch, operation
from cnnlab.registry import Knob


@operation(
    title="Light",
    turn=20,
    knobs=(
        Knob(
            "brightness",
            0.0,
            "Makes it lighter or darker by up to this much of white.",
            0.0,
            60.0,
            1.0,
            unit="%",
        ),
        Knob(
            "contrast",
            0.0,
            "Hardens or softens it: distances from its mean grow or shrink by up to this much.",
            0.0,
            90.0,
            1.0,
            unit="%",
        ),
        Knob(
            "tint",
            0.0,
            "Adds up to this much to red, green and blue, each for itself, as lamps and cameras "
            "do.",
            0.0,
            60.0,
            1.0,
            unit="%",
        ),
    ),
)
def light(batch: Batch, values: Mapping[str, Any], rng: np.random.Generator) -> Batch:
    """Each picture brighter or darker, harder or softer, and tinted."""
    return Batch(relight(batch.x, values, rng), batch.y, batch.partners)


def relight(x: np.ndarray, values: Mapping[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Each picture brighter or darker, harder or softer, and tinted; kept within 0..1.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1.
        values: The card's knobs in percent: the most that is added to all channels (brightness), by
            which distances from the picture's mean grow or shrink (contrast), and that is added
            to each channel for itself (tint).
        rng: Where the amounts are drawn from.
    """
    n, _, _, channels = x.shape

    def within(name: str, width: int) -> np.ndarray:
        drawn = rng.uniform(-1, 1, (n, 1, 1, width)) * float(values.get(name) or 0) / 100
        return drawn.astype(np.float32)

    added = within("brightness", 1) + within("tint", channels)
    middle = x.mean(axis=(1, 2, 3), keepdims=True, dtype=np.float32)
    factor = 1 + within("contrast", 1)
    return np.clip(x * factor + (middle * (1 - factor) + added), 0, 1)
