"""Weights of 4 and of 2 bits, two and four to a byte: a fine-tuned run's on a chip.

A filter whose weights are whole multiples of one step, `n` of them on either side of 0, keeps that
on its way to int8, where the largest weight is 127: every weight is one of `rint(127 * k / n)`.
So its place among these says it all, in 2 bits for n = 1 and in 4 for n = 3 and 7.
"""

import numpy as np

WHOLE = 8  # bits of a weight that is not packed
_LEVELS = {1: 2, 3: 4, 7: 4}  # steps on either side of 0, and the bits that hold their places
_LEAST = 16  # weights: of fewer, chance alone may put all on so few steps
_NEAR = 1e-3  # of a step: what floats of the same multiple are apart


def steps_of(weights: np.ndarray) -> tuple[int, np.ndarray | None]:
    """The bits a layer's weights are kept in, and the int8 value of each place; (8, None) for most.

    Args:
        weights: `(filters, ...)`, int8 or, before they are put on 255 steps, floats.
    """
    flat = weights.reshape(len(weights), -1)
    if flat.size < _LEAST:
        return WHOLE, None
    for levels, bits in _LEVELS.items():
        if _lie_on(flat, levels):
            values = np.rint(127 * np.arange(-levels, levels + 1) / levels)
            steps = np.zeros(2**bits, np.int8)
            steps[: len(values)] = values
            return bits, steps
    return WHOLE, None


def _lie_on(flat: np.ndarray, levels: int) -> bool:
    """Whether every filter `(filters, weights)` lies on so many steps on either side of 0."""
    numbers = flat.astype(np.float64)
    largest = np.abs(numbers).max(axis=1, keepdims=True)
    if not largest.any():
        return False
    places = numbers / np.where(largest > 0, largest, 1) * levels
    whole = np.rint(places)
    if flat.dtype != np.int8:
        return bool(np.abs(places - whole).max() < _NEAR)
    return bool((np.rint(127 * whole / levels) == numbers).all())


def packed(weights: np.ndarray, bits: int, steps: np.ndarray) -> np.ndarray:
    """Places of int8 `weights` among `steps`, uint8, the first in the lowest bits of its byte."""
    # Of equal values the first: behind the highest step all is filled up with zeros.
    place = {int(value): number for number, value in reversed(list(enumerate(steps)))}
    numbers = np.array([place[int(value)] for value in weights.ravel()], np.uint8)
    many = WHOLE // bits
    numbers = np.pad(numbers, (0, -len(numbers) % many)).reshape(-1, many)
    return np.bitwise_or.reduce(numbers << (bits * np.arange(many)), axis=1).astype(np.uint8)
