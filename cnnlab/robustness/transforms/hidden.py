"""Occlusion: a part of the picture that cannot be seen.

Shapes: pictures are float32 `(n, height, width, channels)` in 0..1, before and after.
"""

import numpy as np

from cnnlab.robustness._cards import transform


@transform(
    title="Occlusion",
    low=0,
    high=80,
    unchanged=0,
    unit="% of its side, hidden",
    phrases=("", "with a square of {by} % of its side hidden"),
    turn=90,
    source="Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2013",
    url="https://arxiv.org/abs/1311.2901",
)
def occlusion(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """A gray square over it, as bright as the picture's mean: in the middle, or by the seed."""
    height, width = pictures.shape[1:3]
    share = np.random.default_rng(seed).uniform(0.2, 0.8, 2) if seed else (0.5, 0.5)
    half = strength / 200 * min(height, width)
    sides = [
        _covered(size, place * size - half, place * size + half)
        for size, place in zip((height, width), share, strict=True)
    ]
    hidden = np.outer(*sides)[None, :, :, None]
    mean = pictures.mean(axis=(1, 2), keepdims=True)
    return pictures + hidden * (mean - pictures)


def _covered(size: int, start: float, end: float) -> np.ndarray:
    """`(size,)`: how much of each pixel lies between two places, so that edges move smoothly."""
    left = np.arange(size)
    covered = np.minimum(left + 1, end) - np.maximum(left, start)
    return np.clip(covered, 0, 1).astype(np.float32)
