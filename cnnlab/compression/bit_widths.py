"""Weights in 8 to 2 bits, layer by layer, simulated: what accuracy is left, and who hurts most.

Source: Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference", 2018,
arXiv:1806.08342, section 3 (symmetric, one scale for each filter).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnlab import evaluation
from cnnlab.compression._steps import LEAST, MOST, filter_axes, kernels
from cnnlab.errors import LabError
from cnnlab.runs import Run

if TYPE_CHECKING:
    import keras

PICTURES = 500


@dataclass(frozen=True)
class LayerBits:
    """A layer with weights of so few bits, all others as they were.

    `accuracy` is a fraction, `loss` the mean cross-entropy in nats more than with all its bits.
    """

    name: str
    weights: int
    bits: int
    accuracy: float
    loss: float


@dataclass(frozen=True)
class BitWidths:
    """A network whose layers have the bits of `layers`; accuracies are fractions.

    `weight_bytes` is what the weights take so, without scales and biases.
    """

    layers: tuple[LayerBits, ...]
    accuracy: float
    accuracy_before: float
    pictures: int
    weight_bytes: int

    @property
    def worst(self) -> LayerBits:
        """The layer that hurts most by itself."""
        return max(self.layers, key=lambda layer: layer.loss)


def simulated(run: Run, bits: Sequence[int]) -> BitWidths:
    """What is left with these bits, one number for each layer with weights; the last one repeats.

    Raises:
        LabError: bits outside 2 to 8, or the pictures are not here.
    """
    if not bits or not all(LEAST <= one <= MOST for one in bits):
        raise LabError(f"Weights take {LEAST} to {MOST} bits here. Received: {list(bits)}.")
    model, data = evaluation.load_model(run), evaluation.data_of(run)
    pictures, truth = data.x_test[:PICTURES], np.asarray(data.y_test[:PICTURES])
    parts = list(kernels(model).items())
    wanted = [*bits, *[bits[-1]] * len(parts)][: len(parts)]
    kept = [[np.asarray(v) for v in variables] for _, variables in parts]
    before = _judged(model, pictures, truth)
    found = []
    for (name, variables), own, count in zip(parts, kept, wanted, strict=True):
        _assign(variables, [on_steps(weights, count) for weights in own])
        accuracy, loss = _judged(model, pictures, truth)
        _assign(variables, own)
        size = sum(weights.size for weights in own)
        found.append(LayerBits(name, size, count, accuracy, loss - before[1]))
    for (_, variables), own, count in zip(parts, kept, wanted, strict=True):
        _assign(variables, [on_steps(weights, count) for weights in own])
    accuracy, _ = _judged(model, pictures, truth)
    size = sum(-(-layer.weights * layer.bits // 8) for layer in found)
    return BitWidths(tuple(found), accuracy, before[0], len(truth), size)


def on_steps(weights: np.ndarray, bits: int) -> np.ndarray:
    """The nearest of `2 ** bits - 1` steps around 0, as wide as a filter's largest weight asks.

    Args:
        weights: `(height, width, channels, filters)` or `(inputs, outputs)`; of a depthwise kernel
            the same with one filter or more for each channel, whose last axis is 1 then.
    """
    largest = np.abs(weights).max(axis=filter_axes(weights.shape), keepdims=True)
    step = np.where(largest > 0, largest, 1) / (2 ** (bits - 1) - 1)
    return np.rint(weights / step) * step


def _assign(variables: "list[keras.Variable]", values: list[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _judged(model: "keras.Model", pictures: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Accuracy, and mean cross-entropy in nats."""
    shares = evaluation.predict_all(model, pictures)
    own = np.clip(shares[np.arange(len(truth)), truth], 1e-7, 1)
    return float((shares.argmax(axis=1) == truth).mean()), float(-np.log(own).mean())
