"""Pictures blended with others."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.augmentation._cards import Batch, operation
from cnnlab.registry import Knob


@operation(
    title="Mixup",
    turn=40,
    source="Zhang et al., 2017, arXiv:1710.09412",
    url="https://arxiv.org/abs/1710.09412",
    knobs=(
        Knob(
            "mixup",
            0.0,
            "Blends two pictures and their labels; 0.2 is mild, 1 is strong, 0 is off.",
            0.0,
            2.0,
            0.05,
        ),
    ),
)
def blend(batch: Batch, values: Mapping[str, Any], rng: np.random.Generator) -> Batch:
    """Each picture blended with another of the batch, and their labels in the same proportion."""
    return Batch(*mixup(batch.x, batch.y, float(values["mixup"]), rng, batch.partners))


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
