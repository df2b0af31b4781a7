"""Each operation as one line of C, and the parts of the program it needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnnlab import integer
from cnnlab.export._c._numbers import Constants

_BASE = ("bounded", "looked_up")
NEEDS = {
    "convolve": ("scaled", *_BASE, "mean_of"),
    "pool": (*_BASE, "mean_of"),
    "mean": ("scaled", *_BASE),
    "lookup": ("looked_up",),
    "add": ("scaled", *_BASE),
    "multiply": ("scaled", *_BASE),
    "copy_blocks": (),
    "pad": (),
    "softmax": ("bounded",),
}
ORDER = ("scaled", "bounded", "looked_up", "mean_of", "few_bits", *NEEDS)


@dataclass
class Program:
    """What is written so far: constants, descriptions in flash, and calls in their order."""

    network: integer.Network
    plan: integer.Plan
    constants: Constants = field(default_factory=Constants)
    descriptions: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)

    def at(self, number: int) -> int:
        """Where a tensor lies in memory."""
        return self.plan.offsets[number]

    def call(self, part: str, *arguments: int | str) -> None:
        """A call with its arguments."""
        self.parts |= {part, *NEEDS[part]}
        self.calls.append(f"{part}({', '.join(map(str, arguments))});")

    def describe(self, part: str, kind: str, fields: dict[str, Any]) -> None:
        """A call with one description that stays in flash."""
        name = f"{part}_{len(self.calls)}"
        inside = ",\n".join(f"    .{key} = {value}" for key, value in fields.items())
        self.descriptions.append(f"static const {kind} {name} ROM = {{\n{inside}\n}};")
        self.call(part, f"&{name}")


def write(program: Program, operation: integer.Operation) -> None:
    """Put one operation in."""
    _WRITERS[type(operation)](program, operation)


def _convolution(program: Program, op: integer.Convolution) -> None:
    tensors, name = program.network.tensors, program.constants.name
    given, sums, made = (tensors[i].spatial for i in (op.inputs[0], op.summed, op.output))
    fields: dict[str, Any] = {
        "weights": name(op.stored, "weights"),
        "bias": name(op.bias, "bias"),
        "wholes": name(op.wholes, "factor"),
        "shifts": name(op.shifts, "shift"),
        "table": name(op.table, "table"),
    }
    if op.steps is not None:
        fields |= {"steps": name(op.steps, "steps"), "bits": op.bits}
        program.parts.add("few_bits")
    fields |= _places(program, op) | dict(zip(("height", "width", "channels"), given, strict=True))
    fields |= dict(zip(("rows", "columns", "filters"), sums, strict=True))
    fields |= _kernel(op, given)
    fields |= {"down": op.stride[0], "across": op.stride[1]}
    fields |= {"above": op.padding[0], "left": op.padding[1]}
    fields |= {"zero_in": tensors[op.inputs[0]].zero, "zero": op.zero}
    fields |= {"low": op.low, "high": op.high, "out_rows": made[0], "out_columns": made[1]}
    program.describe("convolve", "convolution", fields | _pooled(op.pool))


def _kernel(op: integer.Convolution, given: tuple[int, int, int]) -> dict[str, int]:
    """The kernel's sides, and how far its places lie apart in what is read."""
    filters, height, width, channels = op.weights.shape
    return {
        "kernel_height": height,
        "kernel_width": width,
        "filter_weights": height * width * channels,
        "per": channels,
        "group_filters": filters // op.groups,
        "dilation_down": op.dilation[0],
        "dilation_across": op.dilation[1],
        "line_step": op.dilation[0] * given[1] * given[2],
        "spot_step": op.dilation[1] * given[2],
    }


def _places(program: Program, op: integer.Operation) -> dict[str, int]:
    upward = op.output in program.plan.upward
    places = {"from": program.at(op.inputs[0]), "to": program.at(op.output)}
    return places | ({"upward": 1} if upward else {})


def _pooled(pool: integer.Pool | None) -> dict[str, int]:
    if pool is None:
        return {}
    return {
        "pool": 1 if pool.largest else 2,
        "pool_height": pool.size[0],
        "pool_width": pool.size[1],
        "pool_down": pool.stride[0],
        "pool_across": pool.stride[1],
        "pool_above": pool.padding[0],
        "pool_left": pool.padding[1],
        "pool_low": pool.low,
        "pool_high": pool.high,
    }


def _pool(program: Program, op: integer.Pool) -> None:
    tensors = program.network.tensors
    given, made = tensors[op.inputs[0]].spatial, tensors[op.output].spatial
    fields: dict[str, Any] = dict(zip(("height", "width", "channels"), given, strict=True))
    fields |= {"table": program.constants.name(op.table, "table")} | _places(program, op)
    fields |= {"rows": made[0], "columns": made[1], "largest": int(op.largest)}
    fields |= {"window_height": op.size[0], "window_width": op.size[1]}
    fields |= {"down": op.stride[0], "across": op.stride[1]}
    fields |= {"above": op.padding[0], "left": op.padding[1], "low": op.low, "high": op.high}
    program.describe("pool", "pooling", fields)


def _mean(program: Program, op: integer.Mean) -> None:
    given, made = program.network.tensors[op.inputs[0]], program.network.tensors[op.output]
    height, width, channels = given.spatial
    places = program.at(op.inputs[0]), program.at(op.output), height * width, channels
    table = program.constants.name(op.table, "table")
    program.call("mean", *places, given.zero, op.whole, op.shift, made.zero, table)


def _lookup(program: Program, op: integer.Lookup) -> None:
    places = program.at(op.inputs[0]), program.at(op.output)
    count = program.network.tensors[op.output].size
    program.call("lookup", *places, count, program.constants.name(op.table, "table"))


def _pair(program: Program, op: integer.Add | integer.Multiply) -> dict[str, Any]:
    """What sums and products share."""
    tensors = program.network.tensors
    other = op.inputs[-1]
    repeats = tensors[other].size if op.constant is None else op.constant.size
    return {
        "constant": program.constants.name(op.constant, "constant"),
        "table": program.constants.name(op.table, "table"),
        "from": program.at(op.inputs[0]),
        "other": program.at(other),
        "to": program.at(op.output),
        "count": tensors[op.output].size,
        "repeats": repeats,
        "zero_one": op.zeros[0],
        "zero_two": op.zeros[1],
        "zero": op.zero,
        "low": op.low,
        "high": op.high,
    }


def _add(program: Program, op: integer.Add) -> None:
    (whole_one, shift_one), (whole_two, shift_two) = op.factors
    fields = _pair(program, op) | {"whole_one": whole_one, "shift_one": shift_one}
    fields |= {"whole_two": whole_two, "shift_two": shift_two, "sign": op.sign}
    fields |= {"whole_after": op.after[0], "shift_after": op.after[1]}
    program.describe("add", "addition", fields)


def _multiply(program: Program, op: integer.Multiply) -> None:
    fields = _pair(program, op) | {"whole": op.after[0], "shift": op.after[1]}
    program.describe("multiply", "product", fields)


def _concatenate(program: Program, op: integer.Concatenate) -> None:
    apart = program.network.tensors[op.output].size // op.outer
    to = program.at(op.output)
    for number in op.inputs:
        block = program.network.tensors[number].size // op.outer
        program.call("copy_blocks", program.at(number), to, op.outer, block, 1, apart)
        to += block


def _tile(program: Program, op: integer.Tile) -> None:
    block = program.network.tensors[op.inputs[0]].size // op.outer
    places = program.at(op.inputs[0]), program.at(op.output)
    program.call("copy_blocks", *places, op.outer, block, op.times, block * op.times)


def _pad(program: Program, op: integer.Pad) -> None:
    given = program.network.tensors[op.inputs[0]]
    height, width, channels = given.spatial
    above, below, left, right = op.around
    places = program.at(op.inputs[0]), program.at(op.output), height, width * channels
    sides = above, below, left * channels, right * channels
    program.call("pad", *places, *sides, given.zero)


def _softmax(program: Program, op: integer.Softmax) -> None:
    places = program.at(op.inputs[0]), program.at(op.output)
    classes = program.network.tensors[op.output].size
    powers = program.constants.name(op.powers.astype(np.uint16), "powers")
    program.call("softmax", *places, classes, powers, len(op.powers))


def _nothing(program: Program, op: integer.Operation) -> None:
    """The same bytes in another shape."""


_WRITERS: dict[type[integer.Operation], Callable[..., None]] = {
    integer.Convolution: _convolution,
    integer.Pool: _pool,
    integer.Mean: _mean,
    integer.Lookup: _lookup,
    integer.Add: _add,
    integer.Multiply: _multiply,
    integer.Concatenate: _concatenate,
    integer.Tile: _tile,
    integer.Pad: _pad,
    integer.Softmax: _softmax,
    integer.Reshape: _nothing,
}
