"""Shift, turn and scale: where the picture stands. What comes in from outside repeats the border.

Shapes: pictures are float32 `(n, height, width, channels)` in 0..1, before and after.
"""

import numpy as np

from cnnlab.augmentation.warp import warp
from cnnlab.robustness._cards import transform

_STILL = ((1.0, 0.0), (0.0, 1.0))


def _seen(pictures: np.ndarray, matrix: object, rows: float = 0, columns: float = 0) -> np.ndarray:
    """The pictures through one map from new places to old ones, about the middle."""
    count = len(pictures)
    matrices = np.broadcast_to(np.asarray(matrix, np.float64), (count, 2, 2))
    return warp(pictures, matrices, np.broadcast_to((rows, columns), (count, 2)))


@transform(
    title="Shift across",
    low=-40,
    high=40,
    unchanged=0,
    unit="% of its width",
    phrases=("shifted left by {by} % of its width", "shifted right by {by} % of its width"),
    turn=10,
    source="Azulay and Weiss, Why do deep convolutional networks generalize so poorly to small "
    "image transformations?, 2019",
    url="https://arxiv.org/abs/1805.12177",
)
def shift_across(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Moved to the side. A convolution finds a stroke anywhere; a dense layer knows places."""
    return _seen(pictures, _STILL, columns=-strength / 100 * pictures.shape[2])


@transform(
    title="Shift down",
    low=-40,
    high=40,
    unchanged=0,
    unit="% of its height",
    phrases=("shifted up by {by} % of its height", "shifted down by {by} % of its height"),
    turn=20,
    source="Azulay and Weiss, Why do deep convolutional networks generalize so poorly to small "
    "image transformations?, 2019",
    url="https://arxiv.org/abs/1805.12177",
)
def shift_down(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Moved up or down."""
    return _seen(pictures, _STILL, rows=-strength / 100 * pictures.shape[1])


@transform(
    title="Turn",
    low=-180,
    high=180,
    unchanged=0,
    unit="degrees",
    phrases=("turned left by {by} degrees", "turned right by {by} degrees"),
    turn=30,
    source="Engstrom et al., Exploring the Landscape of Spatial Robustness, 2019",
    url="https://arxiv.org/abs/1712.02779",
)
def turn(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Turned about its middle. When does a 6 become a 9?"""
    angle = np.radians(strength)
    return _seen(pictures, ((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))


@transform(
    title="Scale",
    low=30,
    high=200,
    unchanged=100,
    unit="% of its size",
    phrases=("shrunk to {to} % of its size", "grown to {to} % of its size"),
    turn=40,
    source="Engstrom et al., Exploring the Landscape of Spatial Robustness, 2019",
    url="https://arxiv.org/abs/1712.02779",
)
def scale(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Made smaller or larger, in the same frame."""
    return _seen(pictures, np.eye(2) * 100 / strength)
