"""The arithmetic of layers that gather values without weights: pools, joins, rearrangements.

Shapes: `inputs` are the tensors a layer reads for one picture, `(height, width, channels)` or
`(n,)`; `place` is (row, column, channel) or (unit,) in what it gives. Values without units.
"""

import math
from collections.abc import Callable

import numpy as np

from cnnlab.keras_graph import Call
from cnnlab.visualization.arithmetic.steps import Step, number
from cnnlab.visualization.arithmetic.weighted import patch_at
from cnnlab.visualization.arithmetic.windows import ADAPTIVE_POOLS, Span, in_input, pair

Place = tuple[int, ...]
MOST_TERMS = 64


def pool(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """The largest or the mean value of a window; what hangs over the border does not count."""
    row, column, own = place
    patch, outside = patch_at(call.layer, inputs[0][..., own : own + 1], row, column)
    return [_pooled(call, np.where(outside, np.nan, patch[..., 0]))]


def adaptive_pool(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """The mean or the largest value of a window whose size follows from those of both maps."""
    row, column, own = place
    spans = in_input(call, inputs[0].shape, (Span(row, row), Span(column, column)))
    rows, columns = (slice(span.first, span.last + 1) for span in spans)
    return [_pooled(call, inputs[0][rows, columns, own])]


def global_pool(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """The mean or the largest value of a whole map."""
    return [_pooled(call, inputs[0][..., place[-1]])]


def _pooled(call: Call, window: np.ndarray) -> Step:
    count = int(np.isfinite(window).sum())
    if "Average" in call.kind:
        total, mean = float(np.nansum(window)), float(np.nanmean(window))
        words = f"{number(total)} / {count} = {number(mean)}"
        return Step("Mean", f"the sum of {count} values, divided by their number: {words}", mean,
                    window=window)  # fmt: skip
    highest = float(np.nanmax(window))
    return Step("Maximum", f"the largest of {count} values = {number(highest)}", highest,
                window=window)  # fmt: skip


MERGES: dict[str, tuple[str, str, Callable[[list[float]], float]]] = {
    "Add": ("Sum", " + ", sum),
    "Subtract": ("Difference", " − ", lambda values: values[0] - values[1]),
    "Multiply": ("Product", " · ", math.prod),
    "Average": ("Mean", ", ", lambda values: sum(values) / len(values)),
    "Maximum": ("Maximum", ", ", max),
    "Minimum": ("Minimum", ", ", min),
}


def join(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step] | None:
    """The values of several maps at one place, made into one; None: maps of different sizes."""
    if len(inputs) < 2 or any(array.shape != inputs[0].shape for array in inputs):
        return None
    values = [float(array[place]) for array in inputs]
    title, sign, rule = MERGES[call.kind]
    total = float(rule(values))
    shown = sign.join(number(value) for value in values[:MOST_TERMS])
    terms = tuple((f"input {i + 1}", value) for i, value in enumerate(values[:MOST_TERMS]))
    return [Step(title, f"{shown} = {number(total)}", total, terms=terms)]


def concatenate(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step] | None:
    """Maps stacked behind each other: the value comes from one of them; None: another axis."""
    if call.layer.axis not in (-1, len(place)):
        return None
    channel = place[-1]
    for which, array in enumerate(inputs):
        if channel < array.shape[-1]:
            value = float(array[(*place[:-1], channel)])
            words = f"channel {channel} of input {which + 1} is handed on = {number(value)}"
            return [Step("Stacking", words, value)]
        channel -= array.shape[-1]
    raise IndexError(place)


def rearranged(call: Call, inputs: list[np.ndarray], place: Place) -> list[Step]:
    """Flatten, reshape, padding, cropping, up-sampling: the value comes from another place."""
    source = source_place(call, inputs[0].shape, place)
    if source is None:
        return [Step("Padding", "this place lies in the border that was added = 0", 0.0)]
    value = float(inputs[0][source])
    where = f"row {source[0]}, column {source[1]}, map {source[2]}" if len(source) == 3 else (
        f"value {source[0]}")  # fmt: skip
    return [Step("Handing on", f"{where} of its input = {number(value)}", value)]


RESHAPING_LAYERS = ("Flatten", "Reshape", "ZeroPadding2D", "Cropping2D", "UpSampling2D")


def source_place(call: Call, given: tuple[int, ...], place: Place) -> Place | None:
    """The place in the input that a value was copied from; None: it was padded."""
    if call.kind in ("Flatten", "Reshape"):
        return tuple(
            map(int, np.unravel_index(np.ravel_multi_index(place, call.fixed_shape), given))
        )
    row, column, channel = place
    if call.kind == "UpSampling2D":
        down, across = pair(call.layer.size)
        return row // down, column // across, channel
    if call.kind == "Cropping2D":
        (top, _), (left, _) = call.layer.cropping
        return row + top, column + left, channel
    (top, _), (left, _) = call.layer.padding
    row, column = row - top, column - left
    inside = 0 <= row < given[0] and 0 <= column < given[1]
    return (row, column, channel) if inside else None


POOLING_LAYERS = {
    "MaxPooling2D": pool,
    "AveragePooling2D": pool,
    **dict.fromkeys(ADAPTIVE_POOLS, adaptive_pool),
    "GlobalAveragePooling2D": global_pool,
    "GlobalMaxPooling2D": global_pool,
    "Concatenate": concatenate,
    **dict.fromkeys(MERGES, join),
    **dict.fromkeys(RESHAPING_LAYERS, rearranged),
}
