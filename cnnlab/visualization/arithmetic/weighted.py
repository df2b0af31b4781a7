"""The arithmetic of layers that multiply by weights and add up: convolutions and dense layers.

Shapes: `inputs` are the tensors a layer reads for one picture, `(height, width, channels)` or
`(n,)`; `place` is (row, column, channel) or (unit,) in what it gives. Values without units.
"""

from typing import Any

import numpy as np

from cnnlab.keras_graph import Call
from cnnlab.visualization.arithmetic.pointwise import activation
from cnnlab.visualization.arithmetic.steps import Share, Step, added, number
from cnnlab.visualization.arithmetic.windows import kernel, padding_before, pair, strides

Place = tuple[int, ...]
MOST_ADDENDS = 6  # channels whose sums are written out


def convolution(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """Patch times kernel for every input channel the filter reads, plus bias, then activation."""
    layer, row, column, own = call.layer, *place
    weights = _array(layer.kernel)  # (height, width, in / groups, out)
    patch, outside = patch_at(layer, inputs[0], row, column)
    reads, filters = weights.shape[2:]
    groups = layer.groups
    first = own // (filters // groups) * reads
    shares = _shares(patch[:, :, first : first + reads], weights[..., own], outside, first)
    sums = np.einsum(
        "hwgc,hwcgo->go",
        patch.reshape(*patch.shape[:2], groups, reads),
        weights.reshape(*weights.shape[:3], groups, filters // groups),
    )
    return _finished(call, shares, sums.reshape(-1), own)


def depthwise(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """One channel's patch times its own kernel, plus bias, then activation."""
    layer, row, column, own = call.layer, *place
    weights = _array(layer.kernel)  # (height, width, in, multiplier)
    patch, outside = patch_at(layer, inputs[0], row, column)
    channel, copy = divmod(own, weights.shape[3])
    shares = (Share(channel, patch[:, :, channel], weights[:, :, channel, copy], outside),)
    sums = np.einsum("hwc,hwcm->cm", patch, weights).reshape(-1)
    return _finished(call, shares, sums, own)


def separable(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """First one kernel per channel, then a 1x1 convolution over what they give."""
    layer, row, column, own = call.layer, *place
    depth, point = _array(layer.depthwise_kernel), _array(layer.pointwise_kernel)[0, 0]
    patch, outside = patch_at(layer, inputs[0], row, column)
    copies = depth.shape[3]
    first = tuple(
        Share(c, patch[:, :, c], depth[:, :, c, m], outside)
        for c in range(patch.shape[2])
        for m in range(copies)
    )
    between = np.array([share.total for share in first])  # (in * multiplier,)
    words = f"{len(first)} sums, one per channel, from {number(between.min())} to "
    spatial = Step(
        "Depthwise sums", words + number(between.max()), float(between.sum()), shares=first
    )
    here = np.zeros((1, 1), bool)
    shares = tuple(
        Share(c, between[c].reshape(1, 1), point[c, own].reshape(1, 1), here)
        for c in range(len(between))
    )
    return [spatial, *_finished(call, shares, between @ point, own)]


def dense(call: Call, inputs: list[np.ndarray], place: Place, maps: Place = ()) -> list[Step]:
    """Every input times its weight, plus bias, then activation.

    `maps` is the shape `(height, width, channels)` of the map that was flattened into the
    input, if one was: each channel then has a kernel as large as its map.
    """
    weights, own = _array(call.layer.kernel), place[-1]  # (in, units)
    shape = maps or (1, len(weights), 1)
    values, column = inputs[0].reshape(shape), weights[:, own].reshape(shape)
    shares = _shares(values, column, np.zeros(shape[:2], bool), 0)
    return _finished(call, shares, inputs[0] @ weights, own)


def patch_at(layer: Any, given: np.ndarray, row: int, column: int) -> tuple[np.ndarray, np.ndarray]:
    """What a window sees: `(height, width, channels)` with zeros outside, and where it is outside.

    Args:
        layer: A convolution or pool.
        given: Its input `(height, width, channels)`.
        row: The row of the output value; `column` likewise.
    """
    rows, columns = (
        at * stride - before + np.arange(size) * step
        for at, stride, before, size, step in zip(
            (row, column),
            strides(layer),
            padding_before(layer, given.shape),
            kernel(layer),
            pair(getattr(layer, "dilation_rate", 1)),
            strict=True,
        )
    )
    outside = ((rows < 0) | (rows >= given.shape[0]))[:, None] | (
        (columns < 0) | (columns >= given.shape[1])
    )
    seen = given[np.ix_(rows.clip(0, given.shape[0] - 1), columns.clip(0, given.shape[1] - 1))]
    return np.where(outside[..., None], 0.0, seen), outside


def _shares(
    patch: np.ndarray, weights: np.ndarray, outside: np.ndarray, first: int
) -> tuple[Share, ...]:
    return tuple(
        Share(first + c, patch[:, :, c], weights[:, :, c], outside) for c in range(weights.shape[2])
    )


def _finished(call: Call, shares: tuple[Share, ...], sums: np.ndarray, own: int) -> list[Step]:
    """The weighted sum, its bias and its activation; `sums` holds every filter's sum here."""
    total = sum(share.total for share in shares)
    count = sum(share.weights.size for share in shares)
    steps = [Step("Weighted sum", _sum_words(shares, count, total), total, shares=shares)]
    if call.layer.use_bias:
        bias = _array(call.layer.bias)
        total, sums = total + bias[own], sums + bias
        words = f"{number(steps[-1].total)} {added(bias[own])} = {number(total)}"
        steps.append(Step("Bias", words, float(total)))
    bend = getattr(call.layer, "activation", None)
    if bend is not None and bend.__name__ != "linear":
        sums = sums.copy()
        sums[own] = total
        steps.append(activation(bend, sums, own))
    return steps


def _sum_words(shares: tuple[Share, ...], count: int, total: float) -> str:
    if len(shares) == 1:
        return f"the sum of {count} products = {number(total)}"
    if len(shares) > MOST_ADDENDS:
        return f"{count} products in {len(shares)} channels, added up = {number(total)}"
    first, *rest = (share.total for share in shares)
    terms = " ".join([number(first), *map(added, rest)])
    return f"{terms} = {number(total)}"


def _array(variable: Any) -> np.ndarray:
    return np.asarray(variable, np.float64)
