"""A network without some of its units: smaller kernels, fewer maps, the same graph.

Shapes: channels are int `(channels,)`, as in `DependencyGraph`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from cnnlab.compression.pruning._dependency_graph import DependencyGraph
from cnnlab.compression.pruning._masks import Mask
from cnnlab.keras_graph import Call, layers, rebuilt

L = keras.layers
Kept = Callable[[np.ndarray], np.ndarray]


def positions(
    layer: keras.Layer, in_channels: np.ndarray, out_channels: np.ndarray | None
) -> Iterator[tuple[int, int, np.ndarray]]:
    """For each weight of a layer (weight number, axis, channels along that axis).

    Args:
        layer: One that `DependencyGraph` knows.
        in_channels: The channels that come in.
        out_channels: The channels that leave, where the layer makes its own.
    """
    if isinstance(layer, L.SeparableConv2D) and out_channels is not None:
        yield from ((0, 2, in_channels), (1, 2, in_channels), (1, 3, out_channels))
        if layer.use_bias:
            yield 2, 0, out_channels
    elif isinstance(layer, L.DepthwiseConv2D):
        yield 0, 2, in_channels
        if layer.use_bias:
            yield 1, 0, np.repeat(in_channels, layer.depth_multiplier)
    elif out_channels is not None:
        kernel = len(layer.kernel.shape)
        yield from ((0, kernel - 2, in_channels), (0, kernel - 1, out_channels))
        if layer.use_bias:
            yield 1, 0, out_channels
    else:  # batch-norm and its like: one number for each channel
        for number, weight in enumerate(layer.weights):
            yield number, len(weight.shape) - 1, in_channels


def channel_masks(
    model: keras.Model, channels: DependencyGraph, removed: set[int]
) -> Iterator[Mask]:
    """(variable, mask of 0 and 1) for every weight that units in `removed` (roots) reach."""
    for name, layer in layers(model).items():
        in_channels = channels.in_channels.get(name)
        if in_channels is None:
            continue
        found: dict[int, np.ndarray] = {}
        for number, axis, numbers in positions(layer, in_channels, channels.out_channels.get(name)):
            variable = layer.weights[number]
            if _is_variance(layer, variable):
                continue  # a variance of 0 is none
            keep = np.array([root not in removed for root in channels.roots(numbers).tolist()])
            shape = [1] * len(variable.shape)
            shape[axis] = -1
            before = found.get(number, np.ones(tuple(variable.shape), "float32"))
            found[number] = before * keep.reshape(shape)
        for number, mask in found.items():
            if not mask.all():
                yield layer.weights[number], mask


def _is_variance(layer: keras.Layer, variable: keras.Variable) -> bool:
    return isinstance(layer, L.BatchNormalization) and variable is layer.moving_variance


def remove_channels(
    model: keras.Model, channels: DependencyGraph, removed: set[int]
) -> keras.Model:
    """The model without the units in `removed`; what is left keeps its weights.

    Models inside the model are laid open.
    """

    def kept(numbers: np.ndarray) -> np.ndarray:
        return np.array([root not in removed for root in channels.roots(numbers).tolist()], bool)

    def smaller(call: Call, config: dict[str, Any]) -> dict[str, Any]:
        if call.name in channels.out_channels:
            count = int(kept(channels.out_channels[call.name]).sum())
            return {**config, "units" if isinstance(call.layer, L.Dense) else "filters": count}
        if isinstance(call.layer, L.Reshape):
            return {**config, "target_shape": _target(call, channels, kept)}
        return config

    def fewer(call: Call) -> list[np.ndarray]:
        weights = call.layer.get_weights()
        in_channels = channels.in_channels.get(call.name)
        if in_channels is not None:
            for number, axis, numbers in positions(
                call.layer, in_channels, channels.out_channels.get(call.name)
            ):
                weights[number] = np.compress(kept(numbers), weights[number], axis=axis)
        return weights

    return rebuilt(model, smaller, fewer)


def _target(call: Call, channels: DependencyGraph, kept: Kept) -> tuple[int, ...]:
    """A reshape's target once channels are gone; the last side is the channels'."""
    numbers = channels.reshaped.get(call.name)
    if numbers is None:
        return tuple(call.layer.target_shape)
    return (*call.layer.target_shape[:-1], int(kept(numbers).sum()))
