"""One maker for each kind of LiteRT step."""

from math import prod
from typing import Any

import numpy as np

from cnnlab.integer import _fixed
from cnnlab.integer._lowering import Lowering, Maker, refused
from cnnlab.integer._operations import (
    Add,
    Concatenate,
    Convolution,
    Mean,
    Multiply,
    Pad,
    Pool,
    Softmax,
    Tile,
)
from cnnlab.integer._packing import steps_of
from cnnlab.litert_graph import Step, window


def _convolution(work: Lowering, step: Step) -> Convolution:
    weights = work.constant(step.inputs[1])
    depthwise = step.kind == "DEPTHWISE_CONV_2D"
    if depthwise:
        weights = _filters_first(weights)
    height, width, channels = work.tensor(step.inputs[0]).spatial
    options = step.options
    above = window(step, height, weights.shape[1], "H")[1]
    left = window(step, width, weights.shape[2], "W")[1]
    return Convolution(
        **_summed(work, step, weights),
        groups=channels if depthwise else channels // weights.shape[3],
        stride=(int(options["strideH"]), int(options["strideW"])),
        dilation=(int(options["dilationHFactor"]), int(options["dilationWFactor"])),
        padding=(above, left),
    )


def _filters_first(weights: np.ndarray) -> np.ndarray:
    """A depthwise kernel as those of all other convolutions: `(filters, height, width, 1)`."""
    return weights.transpose(3, 1, 2, 0)


def _raw(work: Lowering, step: Step) -> np.ndarray:
    """A layer's weights as the file has them, whatever is asked of it, filters first."""
    weights = work.value(step.inputs[1]).data
    assert weights is not None
    return _filters_first(weights) if step.kind == "DEPTHWISE_CONV_2D" else weights


def _dense(work: Lowering, step: Step) -> Convolution:
    weights = work.constant(step.inputs[1])
    if work.tensor(step.inputs[0]).size != weights.shape[1]:
        raise refused(work, step)  # the same dense layer at many places
    return Convolution(**_summed(work, step, weights[:, None, None, :]))


def _summed(work: Lowering, step: Step, weights: np.ndarray) -> dict[str, Any]:
    """What convolutions and dense layers share."""
    filters = len(weights)
    given, made = work.tensor(step.inputs[0]), work.tensor(step.output)
    scales = work.scales(step.inputs[1], filters)
    wholes, shifts = _fixed.factors(given.scale * scales / made.scale)
    has_bias = len(step.inputs) > 2 and step.inputs[2] >= 0
    bias = work.constant(step.inputs[2], "int32") if has_bias else np.zeros(filters)
    low, high = work.bounds(step)
    bits, steps = steps_of(_raw(work, step))
    own: dict[str, Any] = {"weights": np.ascontiguousarray(weights), "bias": bias.astype(np.int32)}
    own |= {"bits": bits, "steps": steps}
    own |= {"wholes": wholes, "shifts": shifts}
    return work.shared(step) | own | {"low": low, "high": high, "zero": made.zero}


def _pool(work: Lowering, step: Step) -> Pool:
    height, width, _ = work.tensor(step.inputs[0]).spatial
    size = int(step.options["filterHeight"]), int(step.options["filterWidth"])
    sides = window(step, height, size[0], "H"), window(step, width, size[1], "W")
    low, high = work.bounds(step)
    return Pool(
        **work.shared(step),
        largest=step.kind == "MAX_POOL_2D",
        size=size,
        stride=(int(step.options["strideH"]), int(step.options["strideW"])),
        padding=(sides[0][1], sides[1][1]),
        low=low,
        high=high,
    )


def _over_places(work: Lowering, step: Step) -> None:
    """Check that a mean or maximum runs over height and width, and nothing else."""
    axes = work.value(step.inputs[1]).data
    wanted = {1, 2}
    found = set() if axes is None else {int(a) % 4 for a in np.atleast_1d(axes)}
    if len(work.tensor(step.inputs[0]).shape) != 3 or found != wanted:
        raise refused(work, step)


def _mean(work: Lowering, step: Step) -> Mean:
    _over_places(work, step)
    given, made = work.tensor(step.inputs[0]), work.tensor(step.output)
    places = given.shape[0] * given.shape[1]
    whole, shift = _fixed.factor(given.scale / (made.scale * places))
    return Mean(**work.shared(step), whole=whole, shift=shift)


def _largest(work: Lowering, step: Step) -> Pool:
    _over_places(work, step)
    size = work.tensor(step.inputs[0]).spatial[:2]
    return Pool(**work.shared(step), largest=True, size=size, stride=size)


def _pair(work: Lowering, step: Step) -> tuple[list[int], np.ndarray | None]:
    """The two sides, the one that flows and is longer first, and the constant among them.

    The second is read over and over from its start: it has to be as long as the first, or one
    number for each of the first's last places.
    """
    sides = list(step.inputs[:2])
    shapes = [work.value(i).shape for i in sides]
    is_constant = [work.value(i).data is not None for i in sides]
    if is_constant[0] or (not is_constant[1] and prod(shapes[0]) < prod(shapes[1])):
        sides.reverse()
        shapes.reverse()
    first, second = (_trimmed(shape) for shape in shapes)
    data = work.value(sides[1]).data
    repeats = prod(second) == 1 or first[len(first) - len(second) :] == second
    if work.value(sides[0]).data is not None or not repeats:
        raise refused(work, step)
    return sides, None if data is None else work.constant(sides[1]).ravel()


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without the sides of 1 in front."""
    while shape and shape[0] == 1:
        shape = shape[1:]
    return shape


def _steps(work: Lowering, sides: list[int]) -> list[tuple[float, int]]:
    return [work.steps_of(work.value(side)) for side in sides]


_FINER = 20  # bits that a sum's two sides are brought up by before they are rounded


def _add(work: Lowering, step: Step) -> Add:
    sides, constant = _pair(work, step)
    (one, zero1), (two, zero2) = _steps(work, sides)
    out, most = work.tensor(step.output), 2 * max(one, two)
    low, high = work.bounds(step)
    if step.kind == "SUB" and sides[0] != step.inputs[0]:
        raise refused(work, step)  # a constant less what flows
    return Add(
        **work.shared(step) | {"inputs": tuple(sides if constant is None else sides[:1])},
        factors=(_fixed.factor(one / most), _fixed.factor(two / most)),
        after=_fixed.factor(most / ((1 << _FINER) * out.scale)),
        zeros=(zero1, zero2),
        sign=-1 if step.kind == "SUB" else 1,
        constant=constant,
        low=low,
        high=high,
        zero=out.zero,
    )


def _multiply(work: Lowering, step: Step) -> Multiply:
    sides, constant = _pair(work, step)
    (one, zero1), (two, zero2) = _steps(work, sides)
    out, (low, high) = work.tensor(step.output), work.bounds(step)
    return Multiply(
        **work.shared(step) | {"inputs": tuple(sides if constant is None else sides[:1])},
        after=_fixed.factor(one * two / out.scale),
        zeros=(zero1, zero2),
        constant=constant,
        low=low,
        high=high,
        zero=out.zero,
    )


def _concatenate(work: Lowering, step: Step) -> Concatenate:
    made = work.tensor(step.output)
    parts = [work.tensor(i) for i in step.inputs]
    if any((part.scale, part.zero) != (made.scale, made.zero) for part in parts):
        raise refused(work, step)
    axis = int(step.options["axis"]) % (len(made.shape) + 1) - 1
    return Concatenate(**work.shared(step), outer=prod(made.shape[:axis]))


def _tile(work: Lowering, step: Step) -> Tile:
    times = work.value(step.inputs[1]).data
    assert times is not None
    axes = [axis for axis, n in enumerate(times) if n != 1]
    if len(axes) > 1:
        raise refused(work, step)
    axis = axes[0] - 1 if axes else 0
    count = int(times[axes[0]]) if axes else 1
    outer = prod(work.tensor(step.inputs[0]).shape[:axis])
    return Tile(**work.shared(step), outer=outer, times=count)


def _pad(work: Lowering, step: Step) -> Pad:
    around = work.value(step.inputs[1]).data
    if around is None or len(around) != 4 or around[[0, 3]].any() or step.kind == "PADV2":
        raise refused(work, step)
    (above, below), (left, right) = around[1:3].astype(int)
    return Pad(**work.shared(step), around=(int(above), int(below), int(left), int(right)))


def _softmax(work: Lowering, step: Step) -> Softmax:
    given, made = work.tensor(step.inputs[0]), work.tensor(step.output)
    in_shares = work.sized or (made.scale, made.zero) == (1 / 256, -128)
    if len(given.shape) > 1 or not in_shares:
        raise refused(work, step)
    powers = _fixed.exp_table(given.scale * float(step.options.get("beta", 1.0)))
    return Softmax(**work.shared(step), powers=powers)


MAKERS: dict[str, Maker] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "FULLY_CONNECTED": _dense,
    "MAX_POOL_2D": _pool,
    "AVERAGE_POOL_2D": _pool,
    "MEAN": _mean,
    "REDUCE_MAX": _largest,
    "ADD": _add,
    "SUB": _add,
    "MUL": _multiply,
    "CONCATENATION": _concatenate,
    "TILE": _tile,
    "PAD": _pad,
    "SOFTMAX": _softmax,
}
