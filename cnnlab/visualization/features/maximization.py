"""Activation maximization: a picture made to excite one filter as much as it can.

Small networks often answer with textures or noise: they never had to know what a thing looks
like, only what tells it from the others.

Source: Erhan et al., "Visualizing Higher-Layer Features of a Deep Network", 2009; jitter and
smoothing after Olah, Mordvintsev, Schubert, "Feature Visualization", Distill 2017.
"""

from dataclasses import dataclass

import numpy as np

from cnnlab import progress
from cnnlab.errors import LabError
from cnnlab.visualization import _gradients
from cnnlab.visualization._opened import Opened, open_run

STEPS = 30
STEP_SIZE = 0.06  # of the brightness range, in the direction of the gradient
DECAY = 0.02  # pull towards gray at each step
BLUR_EVERY = 4
JITTER = 2  # pixels the picture is shifted by at random before each step
START_NOISE = 0.08


@dataclass(frozen=True)
class MaximizedFilters:
    """Pictures made for some filters of a layer.

    Attributes:
        filters: Their numbers.
        pictures: `(n, height, width, channels)`, floats in 0..1.
        before: `(n,)`, the largest value of each filter's map before its activation function,
            for the gray noise the picture started from; `after`, for the picture.
        deaf: Filters that no change of the picture reached: their gradient stayed zero.
    """

    layer: str
    filters: tuple[int, ...]
    pictures: np.ndarray
    before: np.ndarray
    after: np.ndarray
    deaf: tuple[int, ...]


def maximize_run(
    path: str, layer: str, first: int, most: int = 16, steps: int = STEPS
) -> MaximizedFilters:
    """What filters `first` to `first + most - 1` of a run's layer want; runs in the engine.

    Kept for the next question to the same model.
    """
    opened = open_run(path)
    key = ("wishes", layer, first, most, steps)
    if key not in opened.memo:
        filters = range(first, min(first + most, opened.shape_of(opened.index(layer))[-1]))
        opened.memo[key] = maximize(opened, layer, tuple(filters), steps)
    return opened.memo[key]


def maximize(
    opened: Opened, layer: str, filters: tuple[int, ...], steps: int = STEPS, seed: int = 0
) -> MaximizedFilters:
    """Climbs from gray noise towards what each filter answers to most strongly.

    The climb sees the filter before its activation function, so one that is silent on the
    noise (a ReLU at zero) is moved all the same. Small shifts, a pull towards gray and a slight
    blur keep the picture from becoming pure high-frequency noise.

    Args:
        opened: A model laid open.
        layer: A layer with maps or a dense layer.
        filters: Numbers of its filters or units.
        steps: How far to climb.
        seed: Fixes the noise and the shifts.

    Raises:
        LabError: no such layer or filter.
    """
    number = opened.index(layer)
    count = opened.shape_of(number)[-1]
    if not filters or not all(0 <= one < count for one in filters):
        raise LabError(f"{layer} has filters 0 to {count - 1}. Received: {filters}.")
    rng = np.random.default_rng(seed)
    chosen = np.array(filters)
    # One noise for all, so that differences between the pictures come from the filters.
    start = 0.5 + START_NOISE * rng.normal(size=opened.input_shape)
    pictures = np.repeat(start[None].clip(0, 1), len(chosen), axis=0)
    before, reached = None, np.zeros(len(chosen), bool)
    for step in range(steps):
        progress.tell(step, steps, "steps")
        shift = tuple(int(by) for by in rng.integers(-JITTER, JITTER + 1, 2))
        moved = np.roll(pictures, shift, axis=(1, 2))
        values, gradient = _gradients.of_filters(opened, moved, number, chosen)
        before = values if before is None else before
        size = np.sqrt((gradient**2).mean(axis=(1, 2, 3), keepdims=True))
        reached |= size.reshape(-1) > 0
        moved = moved + STEP_SIZE * gradient / np.where(size, size, 1.0)
        moved = (moved + DECAY * (0.5 - moved)).clip(0, 1)
        pictures = np.roll(moved, (-shift[0], -shift[1]), axis=(1, 2))
        if step % BLUR_EVERY == BLUR_EVERY - 1 and step < steps - 1:
            pictures = _blurred(pictures)
    after, _ = _gradients.of_filters(opened, pictures, number, chosen)
    return MaximizedFilters(
        layer=layer,
        filters=tuple(filters),
        pictures=pictures.astype(np.float32),
        before=after if before is None else before,
        after=after,
        deaf=tuple(chosen[~reached].tolist()),
    )


def _blurred(pictures: np.ndarray) -> np.ndarray:
    """A quarter of each neighbor along both axes (binomial 1-2-1)."""
    for axis in (1, 2):
        wide = np.pad(pictures, [(1, 1) if a == axis else (0, 0) for a in range(4)], mode="edge")
        size = pictures.shape[axis]
        parts = [np.take(wide, range(by, by + size), axis) for by in range(3)]
        pictures = (parts[0] + 2 * parts[1] + parts[2]) / 4
    return pictures
