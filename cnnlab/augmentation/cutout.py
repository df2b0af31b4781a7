"""A hidden square."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.augmentation._cards import Batch, operation
from cnnlab.registry import Knob


@operation(
    title="Cutout",
    turn=30,
    source="DeVries and Taylor, 2017, arXiv:1708.04552",
    url="https://arxiv.org/abs/1708.04552",
    knobs=(
        Knob(
            "cutout",
            0.0,
            "Hides a square of this side at a random place, so no detail may be relied on.",
            0.0,
            60.0,
            1.0,
            unit="%",
        ),
    ),
)
def cutout(batch: Batch, values: Mapping[str, Any], rng: np.random.Generator) -> Batch:
    """A square of each picture replaced by the picture's mean; it may hang over the border."""
    return Batch(_cut_out(batch.x, float(values["cutout"]), rng), batch.y, batch.partners)


def _cut_out(x: np.ndarray, percent: float, rng: np.random.Generator) -> np.ndarray:
    n, height, width, _ = x.shape
    half = min(height, width) * percent / 200
    rows = np.abs(np.arange(height) - rng.uniform(0, height, (n, 1))) < half
    columns = np.abs(np.arange(width) - rng.uniform(0, width, (n, 1))) < half
    hidden = rows[:, :, None, None] & columns[:, None, :, None]
    return np.where(hidden, x.mean(axis=(1, 2), keepdims=True, dtype=np.float32), x)
