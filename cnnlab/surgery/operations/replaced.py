"""Blur, mean, Sobel and random: other weights in a filter's window; its bias stays."""

import math
from dataclasses import replace

import numpy as np

from cnnlab.errors import LabError
from cnnlab.registry import Knob
from cnnlab.surgery._cards import FilterWeights, filter_operation

_ACROSS, _DOWN = "vertical edges", "horizontal edges"


@filter_operation(title="Blur", turn=40)
def blur(own: FilterWeights, other: FilterWeights | None) -> FilterWeights:
    """Each weight becomes a mean of itself and its neighbors (1-2-1): fine detail is lost.

    Beyond the window its border is repeated.
    """
    _need_window(own, "blur")
    kernel = own.kernel
    for axis in (0, 1):
        wide = np.pad(kernel, [(1, 1) if a == axis else (0, 0) for a in range(3)], mode="edge")
        size = kernel.shape[axis]
        parts = [np.take(wide, range(by, by + size), axis) for by in range(3)]
        kernel = (parts[0] + 2 * parts[1] + parts[2]) / 4
    return replace(own, kernel=kernel)


@filter_operation(title="Replace by its mean", turn=50)
def mean(own: FilterWeights, other: FilterWeights | None) -> FilterWeights:
    """All weights of a window become their mean: it sees how bright, and no shape.

    Where the window is one pixel, or in a dense layer, the mean is over all it reads.
    """
    axes = (0, 1) if _has_window(own) else (0, 1, 2)
    means = own.kernel.mean(axis=axes, keepdims=True)
    return replace(own, kernel=np.broadcast_to(means, own.kernel.shape).copy())


@filter_operation(
    title="Replace by Sobel",
    turn=60,
    source="Sobel and Feldman, A 3x3 Isotropic Gradient Operator for Image Processing, 1968",
    knobs=(Knob("edges", _ACROSS, "Which edges it is to find.", choices=(_ACROSS, _DOWN)),),
)
def sobel(own: FilterWeights, other: FilterWeights | None, edges: str) -> FilterWeights:
    """The edge detector of the textbooks in its place, as strong as the filter was.

    It is the same over all channels it reads. How much of a filter's work can a hand-made one do?
    """
    _need_window(own, "give an edge detector room in")
    height, width, channels = own.kernel.shape
    if edges == _ACROSS:
        window = np.outer(_smooth(height), _difference(width))
    else:
        window = np.outer(_difference(height), _smooth(width))
    if not window.any():
        raise LabError(f"A window of {height}x{width} has no room for {edges}: try the other ones.")
    kernel = np.repeat(window[:, :, None], channels, axis=2)
    kernel = kernel * (np.linalg.norm(own.kernel) / np.linalg.norm(kernel))
    return replace(own, kernel=kernel.astype(own.kernel.dtype))


@filter_operation(
    title="Replace by random weights",
    turn=70,
    knobs=(Knob("seed", 0, "Another seed gives other weights.", 0, 1_000_000, 1),),
)
def random(own: FilterWeights, other: FilterWeights | None, seed: int) -> FilterWeights:
    """Random weights with the mean and spread of its own: what training knew is gone."""
    drawn = np.random.default_rng(seed).normal(
        own.kernel.mean(), own.kernel.std(), own.kernel.shape
    )
    return replace(own, kernel=drawn.astype(own.kernel.dtype))


def _has_window(own: FilterWeights) -> bool:
    return max(own.kernel.shape[:2]) > 1


def _need_window(own: FilterWeights, what: str) -> None:
    if not _has_window(own):
        raise LabError(
            f"This filter's window is one pixel: there is nothing to {what}. Silence, negate, swap "
            "and random weights work on it."
        )


def _smooth(size: int) -> np.ndarray:
    """A row of Pascal's triangle `(size,)`: 1 2 1."""
    return np.array([math.comb(size - 1, i) for i in range(size)], np.float64)


def _difference(size: int) -> np.ndarray:
    """`(size,)`: -1 0 1 for three; zero for one, which has no neighbors."""
    if size == 1:
        return np.zeros(1)
    return np.convolve(_smooth(size - 1), [-1, 1])
