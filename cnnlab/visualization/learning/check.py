"""Gradient checking: the slope of the loss by two points, beside the engine's gradient."""

from dataclasses import dataclass

import numpy as np

from cnnlab.visualization._calls import run
from cnnlab.visualization._gradients import of_weights
from cnnlab.visualization._opened import open_model, open_run
from cnnlab.visualization.learning._precise import in_float64, picture64

_STEP = 1e-5
_SMALL = 1e-8  # below it a slope is compared as it is, not relative to itself


@dataclass(frozen=True)
class Checked:
    """One weight: its layer's variable, its place in it, and both slopes."""

    variable: str
    index: tuple[int, ...]
    differences: float
    engine: float

    @property
    def error(self) -> float:
        """|a - b| / (|a| + |b|), the usual measure: below 1e-7 is right, above 1e-2 wrong."""
        size = abs(self.differences) + abs(self.engine)
        return abs(self.differences - self.engine) / max(size, _SMALL)


def check_run(
    path: str, image: np.ndarray, label: int, count: int = 20, seed: int = 0
) -> tuple[Checked, ...]:
    """Move some weights a little to either side and see how the loss answers; in the engine.

    Weights are drawn by chance, from every variable in turn. Everything in float64: in float32 the
    difference of two losses would drown in rounding.

    Args:
        path: The run's folder.
        image: `(height, width, channels)`, floats in 0..1.
        label: The picture's class.
        count: How many weights.
        seed: Which ones.

    Source: Bengio, Practical recommendations for gradient-based training, 2012, section 3.
    """
    opened = open_run(path)
    precise = open_model(in_float64(opened))
    batch = picture64(opened.checked(image))
    _, gradients = of_weights(precise, batch[0], label)

    def loss() -> float:
        return float(-np.log(np.asarray(run(precise.calls, batch)[precise.output])[0, label]))

    chance, found = np.random.default_rng(seed), []
    weights = precise.model.trainable_weights
    for number in range(count):
        variable, gradient = weights[number % len(weights)], gradients[number % len(weights)]
        index = tuple(int(chance.integers(side)) for side in variable.shape)
        kept = np.asarray(variable).copy()
        slopes = []
        for sign in (1, -1):
            moved = kept.copy()
            moved[index] += sign * _STEP
            variable.assign(moved)
            slopes.append(loss())
        variable.assign(kept)
        slope = (slopes[0] - slopes[1]) / (2 * _STEP)
        found.append(Checked(variable.path, index, slope, float(gradient[index])))
    return tuple(found)
