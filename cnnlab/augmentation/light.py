"""Brightness, contrast and tint: the same change for every pixel of a picture."""

from collections.abc import Mapping
from typing import Any

import numpy as np

KINDS = ("brightness", "contrast", "tint")


def relight(x: np.ndarray, values: Mapping[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Each picture brighter or darker, harder or softer, and tinted; kept within 0..1.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1.
        values: `KINDS` in percent: the most that is added to all channels (brightness), by
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
