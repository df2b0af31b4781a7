"""The derivative of each kind of layer: from what it makes back to what it reads.

A function takes a call, its inputs, what it made, and the derivative of the loss by that (before
its activation); it gives the derivative by each input.

Shapes: values of one picture, `(height, width, channels)` or `(n,)`, in float64; a derivative has
the shape of the values it belongs to, that by a kernel the kernel's. Values without units.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import Call
from cnnlab.visualization.arithmetic.windows import kernel, padding_before, pair, strides
from cnnlab.visualization.learning._slopes import bent

Backward = Callable[[Call, Sequence[np.ndarray], np.ndarray, np.ndarray], list[np.ndarray]]
Index = tuple[int, ...]
WEIGHTED = ("Dense", "Conv2D", "DepthwiseConv2D")


def through_activation(
    call: Call, inputs: Sequence[np.ndarray], derivative: np.ndarray
) -> np.ndarray:
    """Back through the activation inside a layer, if it has one."""
    if call.kind not in WEIGHTED or call.layer.activation.__name__ == "linear":
        return derivative
    before = _weighed(call, inputs[0], derivative)
    if call.layer.use_bias:
        before = before + np.asarray(call.layer.bias)
    return bent(call.name, call.layer.activation.__name__, derivative, before)


def _weighed(call: Call, given: np.ndarray, like: np.ndarray) -> np.ndarray:
    """What a layer makes before its bias and activation, in the shape of `like`."""
    layer, weights = call.layer, np.asarray(call.layer.kernel)
    if call.kind == "Dense":
        return given @ weights
    if call.kind == "Conv2D":
        _ungrouped(call)
    whole, made = padded(layer, given, like), np.zeros_like(like)
    for at, part in offsets(layer, given, like):
        if call.kind == "Conv2D":
            made += whole[part] @ weights[at]
        else:
            made += (whole[part][..., None] * weights[at]).reshape(like.shape)
    return made


def offsets(layer: Any, given: np.ndarray, made: np.ndarray) -> Iterator[tuple[Index, Any]]:
    """Every place of a window and, for it, the part of the padded input that it reads."""
    down, across = strides(layer)
    far, wide = pair(getattr(layer, "dilation_rate", 1))
    rows, columns = made.shape[:2]
    for i in range(kernel(layer)[0]):
        for j in range(kernel(layer)[1]):
            first = i * far, j * wide
            yield (
                (i, j),
                np.s_[
                    first[0] : first[0] + (rows - 1) * down + 1 : down,
                    first[1] : first[1] + (columns - 1) * across + 1 : across,
                ],
            )


def padded(layer: Any, given: np.ndarray, made: np.ndarray, fill: float = 0.0) -> np.ndarray:
    """The input with room around it for every window."""
    top, left = padding_before(layer, given.shape)
    sizes = []
    for axis, before in enumerate((top, left)):
        reach = (kernel(layer)[axis] - 1) * pair(getattr(layer, "dilation_rate", 1))[axis] + 1
        needed = (made.shape[axis] - 1) * strides(layer)[axis] + reach
        sizes.append((before, max(0, needed - given.shape[axis] - before)))
    return np.pad(given, (*sizes, (0, 0)), constant_values=fill)


def _cut(layer: Any, whole: np.ndarray, given: np.ndarray) -> np.ndarray:
    top, left = padding_before(layer, given.shape)
    return whole[top : top + given.shape[0], left : left + given.shape[1]]


def _dense(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    return [by @ np.asarray(call.layer.kernel).T]


def _convolution(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    """Every value goes back to where its window read, times the weight that read it there."""
    layer, weights = call.layer, np.asarray(call.layer.kernel)
    _ungrouped(call)
    back = np.zeros_like(padded(layer, inputs[0], made))
    for at, part in offsets(layer, inputs[0], made):
        back[part] += by @ weights[at].T
    return [_cut(layer, back, inputs[0])]


def _ungrouped(call: Call) -> None:
    if getattr(call.layer, "groups", 1) != 1:
        raise LabError(f"{call.name} works in groups, whose derivative is not written out here.")


def _depthwise(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    layer, weights = call.layer, np.asarray(call.layer.kernel)
    split = by.reshape(*by.shape[:2], *weights.shape[2:])
    back = np.zeros_like(padded(layer, inputs[0], made))
    for at, part in offsets(layer, inputs[0], made):
        back[part] += (split * weights[at]).sum(axis=-1)
    return [_cut(layer, back, inputs[0])]


def _maximum(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    """All of it goes to the value that was largest, the first one where several were."""
    layer = call.layer
    whole = padded(layer, inputs[0], made, -np.inf)
    back, waiting = np.zeros_like(whole), np.ones(made.shape, bool)
    for _, part in offsets(layer, inputs[0], made):
        hit = waiting & (whole[part] == made)
        back[part] += by * hit
        waiting &= ~hit
    return [_cut(layer, back, inputs[0])]


def _mean(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    """An equal part to each value of the window; padding is not counted."""
    layer = call.layer
    there = padded(layer, np.ones_like(inputs[0]), made)
    count = sum(there[part] for _, part in offsets(layer, inputs[0], made))
    back = np.zeros_like(there)
    for _, part in offsets(layer, inputs[0], made):
        back[part] += by / count
    return [_cut(layer, back, inputs[0])]


def _normalization(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    layer = call.layer
    scale = np.asarray(layer.gamma) if layer.scale else 1.0
    return [by * scale / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)]


def _concatenate(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    ends = np.cumsum([one.shape[-1] for one in inputs])[:-1]
    return np.split(by, ends, axis=-1)


def _same(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    return [by.reshape(one.shape) for one in inputs]


def _activation(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    kinds = {"ReLU": "relu", "Softmax": "softmax"}
    name = kinds.get(call.kind) or call.layer.activation.__name__
    return [bent(call.name, name, by, inputs[0])]


def _prelu(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    return [by * np.where(inputs[0] > 0, 1.0, np.asarray(call.layer.alpha))]


def _zero_padding(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    (top, _), (left, _) = call.layer.padding
    rows, columns, _ = inputs[0].shape
    return [by[top : top + rows, left : left + columns]]


def _global_maximum(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    """All of it goes to the value that was largest; to all of those that were, in equal parts."""
    hit = (inputs[0] == made.reshape(-1)).astype(float)
    return [by.reshape(-1) * hit / hit.sum(axis=(0, 1))]


def _global_mean(
    call: Call, inputs: Sequence[np.ndarray], made: np.ndarray, by: np.ndarray
) -> list[np.ndarray]:
    rows, columns, _ = inputs[0].shape
    return [np.broadcast_to(by / (rows * columns), inputs[0].shape).copy()]


BACKWARD: dict[str, Backward] = {
    "Dense": _dense,
    "Conv2D": _convolution,
    "DepthwiseConv2D": _depthwise,
    "MaxPooling2D": _maximum,
    "AveragePooling2D": _mean,
    "GlobalAveragePooling2D": _global_mean,
    "GlobalMaxPooling2D": _global_maximum,
    "ZeroPadding2D": _zero_padding,
    "PReLU": _prelu,
    "BatchNormalization": _normalization,
    "Concatenate": _concatenate,
    "Add": _same,
    "Flatten": _same,
    "Reshape": _same,
    "Dropout": _same,
    "SpatialDropout2D": _same,
    "Activation": _activation,
    "ReLU": _activation,
    "Softmax": _activation,
}


def by_kernel(call: Call, given: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """The derivative by every weight of the kernel: what it read times what came back."""
    layer = call.layer
    if call.kind == "Dense":
        return np.outer(given, inner) if given.ndim == 1 else np.tensordot(given, inner, 2)
    shape = tuple(layer.kernel.shape)
    whole, gradient = padded(layer, given, inner), np.zeros(shape)
    for at, part in offsets(layer, given, inner):
        if call.kind == "Conv2D":
            gradient[at] = np.einsum("hwc,hwo->co", whole[part], inner)
        else:
            split = inner.reshape(*inner.shape[:2], *shape[2:])
            gradient[at] = np.einsum("hwc,hwcm->cm", whole[part], split)
    return gradient


def used_at(
    call: Call, given: np.ndarray, inner: np.ndarray, index: Index
) -> tuple[list[Index], np.ndarray, np.ndarray]:
    """Of one weight: the places it is used at, what it reads there, the derivative there."""
    if call.kind == "Dense":
        read, own = index
        return [(own,)], np.array([given[read]]), np.array([inner[own]])
    row, column, channel, own = index
    if call.kind == "DepthwiseConv2D":
        own = channel * call.layer.kernel.shape[3] + own
    part = dict(offsets(call.layer, given, inner))[row, column]
    read = padded(call.layer, given, inner)[part][..., channel]
    places: list[Index] = [(int(r), int(c), own) for r, c in np.ndindex(*read.shape)]
    return places, read.reshape(-1), inner[..., own].reshape(-1)
