"""Weights on few steps, while they learn and afterwards.

A filter's weights are whole multiples of one step: `2 ** bits - 1` of them, as many on either side
of 0 (symmetric, per channel). Source: Krishnamoorthi, "Quantizing deep convolutional networks for
efficient inference", 2018, arXiv:1806.08342, section 3; the step is the one of a few that keeps
the weights nearest to where they were.

Shapes: kernels are `(height, width, channels, filters)` or `(inputs, outputs)`; of a depthwise
kernel the last axis counts filters of each channel.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras

MOST, LEAST = 8, 2
# Of a filter's largest weight, what the outermost step stands for. 1 is among them, so that weights
# on steps stay where they are.
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)


def kernels(model: "keras.Model") -> "dict[str, list[keras.Variable]]":
    """The weights that are put on steps, by layer, front to back: no biases."""
    from cnnlab.keras_graph import layers  # loads Keras, and the pages read the rest of this

    found = {
        name: [variable for variable in layer.weights if len(variable.shape) >= 2]
        for name, layer in layers(model).items()
    }
    return {name: variables for name, variables in found.items() if variables}


def on_few_steps(weights: Any, bits: int) -> Any:
    """The weights, each on its filter's nearest step; a tensor of the same shape."""
    from keras import ops

    axes = filter_axes(tuple(weights.shape))
    levels = 2 ** (bits - 1) - 1
    largest = ops.max(ops.abs(weights), axis=axes, keepdims=True)
    largest = ops.where(largest > 0, largest, ops.ones_like(largest))
    best: Any = None
    least: Any = None
    for share in _SHARES:
        step = largest * (share / levels)
        steps = ops.clip(ops.round(weights / step), -levels, levels) * step
        error = ops.sum(ops.square(steps - weights), axis=axes, keepdims=True)
        if best is None:
            best, least = steps, error
        else:
            nearer = error < least
            best, least = ops.where(nearer, steps, best), ops.where(nearer, error, least)
    return best


def straight_through(weights: Any, bits: int) -> Any:
    """The weights on steps, which hand every gradient on as if they were none.

    Source: Bengio, Leonard and Courville, "Estimating or propagating gradients through stochastic
    neurons", 2013, arXiv:1308.3432.
    """
    from keras import ops

    return weights + ops.stop_gradient(on_few_steps(weights, bits) - weights)


def filter_axes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of a kernel that share a step."""
    if len(shape) == 4 and shape[-1] == 1:
        return (0, 1)  # a depthwise kernel, one for each channel
    return tuple(range(len(shape) - 1))


def bits_of(weights: np.ndarray) -> int:
    """The fewest bits, 2 to 8, whose steps hold these weights as they are; 32 where none do."""
    largest = np.abs(weights).max(axis=filter_axes(weights.shape), keepdims=True)
    largest = np.where(largest > 0, largest, 1)
    for bits in range(LEAST, MOST + 1):
        steps = weights / largest * (2 ** (bits - 1) - 1)
        if np.abs(steps - np.rint(steps)).max(initial=0) < 1e-3:
            return bits
    return 32


def packed_bytes(model: "keras.Model") -> int:
    """What the weights take where every kernel has the fewest bits that hold it as it is.

    Everything else takes 4 bytes a number: biases, batch norm, the step of each filter.
    """
    packed, others = 0, sum(weights.size for weights in model.get_weights())
    for variables in kernels(model).values():
        for weights in map(np.asarray, variables):
            bits = bits_of(weights)
            steps = weights.size // np.prod(
                [weights.shape[axis] for axis in filter_axes(weights.shape)]
            )
            packed += -(-weights.size * bits // 8) + (4 * int(steps) if bits <= MOST else 0)
            others -= weights.size
    return packed + 4 * others
