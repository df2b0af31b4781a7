"""A network without some of its units: smaller kernels, fewer maps, the same graph."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from cnnlab.compression.pruning._dependency_graph import Channels
from cnnlab.keras_graph import Call, layers, rebuilt

L = keras.layers
Kept = Callable[[np.ndarray], np.ndarray]


def positions(layer: keras.Layer, given: np.ndarray, made: np.ndarray | None) -> Iterator[tuple]:
    """For each weight of a layer (weight number, axis, channels along that axis).

    Args:
        layer: One that `Channels` knows.
        given: The channels that come in.
        made: The channels that leave, where the layer makes its own.
    """
    if isinstance(layer, L.SeparableConv2D):
        yield from ((0, 2, given), (1, 2, given), (1, 3, made))
        if layer.use_bias:
            yield 2, 0, made
    elif isinstance(layer, L.DepthwiseConv2D):
        yield 0, 2, given
        if layer.use_bias:
            yield 1, 0, np.repeat(given, layer.depth_multiplier)
    elif made is not None:
        kernel = len(layer.kernel.shape)
        yield from ((0, kernel - 2, given), (0, kernel - 1, made))
        if layer.use_bias:
            yield 1, 0, made
    else:  # batch-norm and its like: one number for each channel
        for number, weight in enumerate(layer.weights):
            yield number, len(weight.shape) - 1, given


def masks(model: keras.Model, channels: Channels, gone: set[int]) -> Iterator[tuple]:
    """(variable, mask of 0 and 1) for every weight that units in `gone` (roots) reach."""
    for name, layer in layers(model).items():
        given = channels.given.get(name)
        if given is None:
            continue
        found: dict[int, np.ndarray] = {}
        for number, axis, numbers in positions(layer, given, channels.made.get(name)):
            variable = layer.weights[number]
            if _is_variance(layer, variable):
                continue  # a variance of 0 is none
            keep = np.array([root not in gone for root in channels.roots(numbers).tolist()])
            shape = [1] * len(variable.shape)
            shape[axis] = -1
            before = found.get(number, np.ones(tuple(variable.shape), "float32"))
            found[number] = before * keep.reshape(shape)
        for number, mask in found.items():
            if not mask.all():
                yield layer.weights[number], mask


def _is_variance(layer: keras.Layer, variable: keras.Variable) -> bool:
    return isinstance(layer, L.BatchNormalization) and variable is layer.moving_variance


def thin(model: keras.Model, channels: Channels, gone: set[int]) -> keras.Model:
    """The model without the units in `gone`; what is left keeps its weights.

    Models inside the model are laid open.
    """

    def kept(numbers: np.ndarray) -> np.ndarray:
        return np.array([root not in gone for root in channels.roots(numbers).tolist()], bool)

    def smaller(call: Call, config: dict[str, Any]) -> dict[str, Any]:
        if call.name in channels.made:
            count = int(kept(channels.made[call.name]).sum())
            return {**config, "units" if isinstance(call.layer, L.Dense) else "filters": count}
        if isinstance(call.layer, L.Reshape):
            return {**config, "target_shape": _target(call, channels, kept)}
        return config

    def fewer(call: Call) -> list[np.ndarray]:
        weights = call.layer.get_weights()
        given = channels.given.get(call.name)
        if given is not None:
            for number, axis, numbers in positions(call.layer, given, channels.made.get(call.name)):
                weights[number] = np.compress(kept(numbers), weights[number], axis=axis)
        return weights

    return rebuilt(model, smaller, fewer)


def _target(call: Call, channels: Channels, kept: Kept) -> tuple[int, ...]:
    """A reshape's target once channels are gone; the last side is the channels'."""
    numbers = channels.reshaped.get(call.name)
    if numbers is None:
        return tuple(call.layer.target_shape)
    return (*call.layer.target_shape[:-1], int(kept(numbers).sum()))
