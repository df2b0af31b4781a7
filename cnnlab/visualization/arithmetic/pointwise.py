"""The arithmetic of activations and normalizations: what happens to a value on its own.

Shapes: `inputs` are the tensors a layer reads for one picture, `(height, width, channels)` or
`(n,)`; `place` is (row, column, channel) or (unit,) in what it gives. Values without units.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlab.keras_graph import ELEMENTWISE, Call, Tensor, filled
from cnnlab.visualization.arithmetic.steps import Step, added, number

Place = tuple[int, ...]
MOST_TERMS = 1000


def activation(function: Callable[..., Any], values: np.ndarray, own: int) -> Step:
    """An activation function on the value `values[own]`; softmax looks at all of them `(n,)`."""
    name, x = function.__name__, float(values[own])
    if name == "softmax":
        return softmax(values, own)
    if name == "relu":
        return Step("ReLU", f"max(0, {number(x)}) = {number(max(0.0, x))}", max(0.0, x))
    if name == "sigmoid":
        y = 1 / (1 + np.exp(-x))
        return Step("Sigmoid", f"1 / (1 + e^({number(-x)})) = {number(y)}", float(y))
    y = float(np.asarray(function(np.asarray([x], np.float32)))[0])
    return Step(name, f"{name}({number(x)}) = {number(y)}", y)


def softmax(values: np.ndarray, own: int) -> Step:
    """e to the power of the score `own`, divided by the sum over all scores `(n,)`."""
    values = values.astype(np.float64)
    powers = np.exp(values - values.max())
    share = float(powers[own] / powers.sum())
    rest = np.exp(np.delete(values, own) - values[own]).sum()
    words = (
        f"e^({number(float(values[own]))}) divided by the sum over all {len(values)} classes = "
        f"1 / (1 {added(float(rest))}) = {number(share)}"
    )
    terms = tuple((str(i), float(value)) for i, value in enumerate(values[:MOST_TERMS]))
    return Step("Softmax", words, share, terms=terms, chosen=own)


def activation_layer(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """An Activation layer."""
    return [activation(call.layer.activation, inputs[0][place[:-1]], place[-1])]


def softmax_layer(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step] | None:
    """A Softmax layer over the channels; None for another axis."""
    if call.layer.axis not in (-1, len(place)):
        return None
    return [softmax(inputs[0][place[:-1]], place[-1])]


def relu_layer(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """A ReLU layer with its slope, threshold and largest value."""
    layer, x = call.layer, float(inputs[0][place])
    highest, slope, start = layer.max_value, layer.negative_slope, layer.threshold
    y = x if x >= start else float(slope) * (x - start)
    if highest is not None:
        y = min(y, float(highest))
    plain = highest is None and not slope and not start
    how = f"max(0, {number(x)})" if plain else f"ReLU({number(x)})"
    return [Step("ReLU", f"{how} = {number(y)}", y)]


def slope_layer(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """PReLU and LeakyReLU: below zero, a slope, learned or set."""
    layer, x = call.layer, float(inputs[0][place])
    if call.kind == "PReLU":
        slope = float(np.broadcast_to(np.asarray(layer.alpha), inputs[0].shape)[place])
    else:
        slope = float(layer.negative_slope)
    y = x if x > 0 else slope * x
    words = f"{number(x)} is above 0 and stays" if x > 0 else f"{number(slope)} · {number(x)}"
    return [Step(call.kind, f"{words} = {number(y)}" if x <= 0 else words, y)]


def batch_norm(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """Minus the training mean, divided by the training spread, times a factor, plus an offset."""
    layer, x, channel = call.layer, float(inputs[0][place]), place[-1]
    mean, variance = (
        float(np.asarray(v)[channel]) for v in (layer.moving_mean, layer.moving_variance)
    )
    factor = float(np.asarray(layer.gamma)[channel]) if layer.scale else 1.0
    offset = float(np.asarray(layer.beta)[channel]) if layer.center else 0.0
    return [_normalized("Batch-norm", x, mean, variance, layer.epsilon, factor, offset)]


def layer_norm(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step] | None:
    """The same with mean and spread over the channels of this very place; None: other axes."""
    layer, values = call.layer, inputs[0][place[:-1]]
    if layer.axis not in (-1, [-1], [len(place)], len(place)):
        return None
    factor = float(np.asarray(layer.gamma)[place[-1]]) if layer.scale else 1.0
    offset = float(np.asarray(layer.beta)[place[-1]]) if layer.center else 0.0
    x, mean, variance = float(inputs[0][place]), float(values.mean()), float(values.var())
    return [_normalized("Layer-norm", x, mean, variance, layer.epsilon, factor, offset)]


def _normalized(
    title: str, x: float, mean: float, variance: float, tiny: float, factor: float, offset: float
) -> Step:
    y = (x - mean) / np.sqrt(variance + tiny) * factor + offset
    words = (
        f"({number(x)} {added(-mean)}) / √({number(variance)} + {tiny:g}) · {number(factor)} "
        f"{added(offset)} = {number(y)}"
    )
    return Step(title, words, float(y))


def rescaling(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step] | None:
    """Times a number, plus a number; None where they differ from channel to channel."""
    layer, x = call.layer, float(inputs[0][place])
    if np.ndim(layer.scale) or np.ndim(layer.offset):
        return None
    y = x * float(layer.scale) + float(layer.offset)
    words = f"{number(x)} · {number(float(layer.scale))} {added(float(layer.offset))}"
    return [Step("Rescaling", f"{words} = {number(y)}", y)]


def normalization(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """Minus the mean of the data it was adapted to, divided by their spread."""
    layer, x = call.layer, float(inputs[0][place])
    shape = (1, *inputs[0].shape)
    mean, variance = (
        float(np.broadcast_to(np.asarray(array), shape)[(0, *place)])
        for array in (layer.mean, layer.variance)
    )
    spread = max(float(np.sqrt(variance)), _epsilon())
    y = x * spread + mean if layer.invert else (x - mean) / spread
    words = f"({number(x)} {added(-mean)}) / {number(spread)} = {number(y)}"
    if layer.invert:
        words = f"{number(x)} · {number(spread)} {added(mean)} = {number(y)}"
    return [Step("Normalization", words, y)]


def _epsilon() -> float:
    """Keras' smallest divisor."""
    import keras

    return float(keras.config.epsilon())


def operation(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step] | None:
    """An operation without a layer, value by value; None where sizes or constants differ."""
    constants = [v for v in (*call.args, *call.kwargs.values()) if not isinstance(v, Tensor | str)]
    if any(array.shape != call.shape for array in inputs) or any(np.size(c) > 1 for c in constants):
        return None
    here = {tensor: array[place] for tensor, array in zip(call.inputs, inputs, strict=True)}
    args, kwargs = filled(
        (call.args, call.kwargs), lambda tensor: np.array([here[tensor]], np.float32)
    )
    y = float(np.asarray(call.layer(*args, **kwargs)).reshape(-1)[0])
    shown = filled(call.args, lambda tensor: number(float(here[tensor])))
    inside = ", ".join(str(part) for part in shown)
    return [Step(call.kind, f"{call.kind}({inside}) = {number(y)}", y)]


def identity(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """Layers that change nothing when the network is used, such as dropout."""
    x = float(inputs[0][place])
    return [Step(call.kind, f"works in training only: {number(x)} passes unchanged", x)]


Pointwise = dict[str, Callable[[Call, list[np.ndarray], Place], Any]]
POINTWISE_LAYERS: Pointwise = {
    "Activation": activation_layer,
    "Softmax": softmax_layer,
    "ReLU": relu_layer,
    "PReLU": slope_layer,
    "LeakyReLU": slope_layer,
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "Rescaling": rescaling,
    "Normalization": normalization,
    **dict.fromkeys(ELEMENTWISE, operation),
    **dict.fromkeys(
        ("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "Identity"), identity
    ),
}
