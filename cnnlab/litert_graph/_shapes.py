"""The shape of what a step makes, for a batch of 1."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np

from cnnlab.errors import LabError
from cnnlab.litert_graph._graph import Step, Value

_SAME = 0


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Places an output has along one side under "same" padding, and zeros before the first."""
    out = -(-size // stride)
    total = max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - size)
    return out, total // 2


def window(step: Step, size: int, kernel: int, side: str) -> tuple[int, int]:
    """Places and zeros in front along `side` ("H" or "W") of a step with windows."""
    stride = int(step.options[f"stride{side}"])
    dilation = int(step.options.get(f"dilation{side}Factor", 1))
    if int(step.options["padding"]) == _SAME:
        return same_padding(size, kernel, stride, dilation)
    return max(0, (size - (kernel - 1) * dilation - 1) // stride + 1), 0


def shape_of(
    step: Step, inputs: Sequence[Value | None], values: Mapping[int, Value]
) -> tuple[int, ...]:
    """The output's shape; a kind that nobody here knows keeps the file's own."""
    first = inputs[0]
    assert first is not None
    if step.kind in _BY_KIND:
        return _BY_KIND[step.kind](step, [v for v in inputs if v is not None])
    return _file_shape(values[step.output], first)


def _file_shape(made: Value, first: Value) -> tuple[int, ...]:
    """The file's, its free batch taken as 1; where it says nothing, the input's."""
    return (1, *made.shape[1:]) if made.shape else first.shape


def _same_as_first(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    return inputs[0].shape


def _broadcast(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    return tuple(np.broadcast_shapes(*(value.shape for value in inputs)))


def _convolved(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    picture, kernel = inputs[0].shape, inputs[1].shape
    height = window(step, picture[1], kernel[1], "H")[0]
    width = window(step, picture[2], kernel[2], "W")[0]
    return 1, height, width, kernel[3 if step.kind == "DEPTHWISE_CONV_2D" else 0]


def _pooled(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    picture = inputs[0].shape
    height = window(step, picture[1], int(step.options["filterHeight"]), "H")[0]
    return 1, height, window(step, picture[2], int(step.options["filterWidth"]), "W")[0], picture[3]


def _dense(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    units, seen = inputs[1].shape
    if step.options.get("keepNumDims"):
        return *inputs[0].shape[:-1], units
    return inputs[0].size // seen, units


def _reduced(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    assert inputs[1].data is not None
    shape = inputs[0].shape
    axes = {int(axis) % len(shape) for axis in np.atleast_1d(inputs[1].data)}
    if step.options.get("keepDims"):
        return tuple(1 if n in axes else side for n, side in enumerate(shape))
    return tuple(side for n, side in enumerate(shape) if n not in axes)


def _reshaped(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    if len(inputs) < 2 or inputs[1].data is None:
        raise LabError("The LiteRT file works out a shape from the picture: export it again.")
    wanted = [int(side) for side in inputs[1].data]
    known = prod(side for side in wanted if side >= 0)
    return tuple(side if side >= 0 else inputs[0].size // max(1, known) for side in wanted)


def _expanded(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    assert inputs[1].data is not None
    shape, axis = list(inputs[0].shape), int(np.atleast_1d(inputs[1].data)[0])
    shape.insert(axis if axis >= 0 else len(shape) + 1 + axis, 1)
    return tuple(shape)


def _squeezed(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    return (1, *(side for side in inputs[0].shape[1:] if side != 1))


def _tiled(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    assert inputs[1].data is not None
    times = (int(n) for n in inputs[1].data)
    return tuple(side * n for side, n in zip(inputs[0].shape, times, strict=True))


def _padded(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    assert inputs[1].data is not None
    return tuple(
        side + int(before) + int(after)
        for side, (before, after) in zip(inputs[0].shape, inputs[1].data, strict=True)
    )


def _joined(step: Step, inputs: list[Value]) -> tuple[int, ...]:
    axis = int(step.options["axis"]) % len(inputs[0].shape)
    shape = list(inputs[0].shape)
    shape[axis] = sum(value.shape[axis] for value in inputs)
    return tuple(shape)


_ALIKE = ("QUANTIZE", "DEQUANTIZE", "CAST", "SOFTMAX", "PRELU", "LOGISTIC", "TANH", "RELU")
_ALIKE_TOO = (
    "RELU6",
    "LEAKY_RELU",
    "HARD_SWISH",
    "ELU",
    "GELU",
    "EXP",
    "SQRT",
    "RSQRT",
    "SQUARE",
    "ABS",
    "NEG",
)
_PAIRS = ("ADD", "MUL", "SUB", "DIV", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "POW")
_REDUCTIONS = ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN")
_BY_KIND = {
    **dict.fromkeys((*_ALIKE, *_ALIKE_TOO), _same_as_first),
    **dict.fromkeys(_PAIRS, _broadcast),
    **dict.fromkeys(_REDUCTIONS, _reduced),
    **dict.fromkeys(("CONV_2D", "DEPTHWISE_CONV_2D"), _convolved),
    **dict.fromkeys(("MAX_POOL_2D", "AVERAGE_POOL_2D"), _pooled),
    **dict.fromkeys(("PAD", "PADV2"), _padded),
    "FULLY_CONNECTED": _dense,
    "RESHAPE": _reshaped,
    "EXPAND_DIMS": _expanded,
    "SQUEEZE": _squeezed,
    "TILE": _tiled,
    "CONCATENATION": _joined,
}
