"""Where each value lies in one piece of memory, so that as little as possible is needed.

A value may lie where one that nobody reads any more lay. And what a step writes may lie over what
it reads, as long as every row is read before it is written over: so a map costs a few rows more
than the larger of input and output, not both. Source of the latter: Blacker, Bouganis and
Constantinides, "Optimizing Memory Placement for Inference on Microcontrollers", 2020 (diagonal
memory optimization).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnlab.integer._operations import (
    Add,
    Convolution,
    Lookup,
    Multiply,
    Network,
    Operation,
    Pool,
    Reshape,
    Softmax,
)

_TRIES = 400
_FLAT = (Add, Multiply, Lookup, Softmax)  # one number after the other, from the first


@dataclass(frozen=True)
class Plan:
    """Memory of a whole run of a network.

    Attributes:
        offsets: First byte of each tensor.
        ram_bytes: Of all that flows, the picture included.
        upward: Outputs whose rows have to be made from the last to the first.
    """

    offsets: Mapping[int, int]
    ram_bytes: int
    upward: frozenset[int]


@dataclass(frozen=True)
class _Life:
    """A tensor's bytes, and the first and last step that needs it."""

    size: int
    first: int
    last: int


def plan(network: Network) -> Plan:
    """Offsets for every tensor, the best of some hundred tries; the same every time."""
    roots = _roots(network)
    lives = _lives(network, roots)
    gaps = _gaps(network, roots, lives)
    best = _placed(lives, gaps, sorted(lives, key=lambda n: (-lives[n].size, n)))
    chance = np.random.default_rng(0)
    floor = max(_alive(lives, step) for step in range(len(network.operations) + 1))
    for _ in range(_TRIES):
        if _top(best, lives) <= floor // 2:
            break
        keys = {n: -lives[n].size * chance.uniform(0.2, 1) for n in lives}
        tried = _placed(lives, gaps, sorted(lives, key=lambda n: (keys[n], n)))
        if _top(tried, lives) < _top(best, lives):
            best = tried
    offsets = {number: best[root] for number, root in roots.items()}
    upward = {op.output for op in network.operations if offsets[op.output] > offsets[op.inputs[0]]}
    return Plan(offsets, _top(best, lives), frozenset(upward))


def _roots(network: Network) -> dict[int, int]:
    """For each tensor the one whose memory it shares."""
    roots = {network.entry: network.entry}
    for op in network.operations:
        shares = isinstance(op, Reshape)
        roots[op.output] = roots[op.inputs[0]] if shares else op.output
    return roots


def _lives(network: Network, roots: Mapping[int, int]) -> dict[int, _Life]:
    """From the step that makes it to the last that reads it."""
    first = {network.entry: 0}
    last: dict[int, int] = {}
    for step, op in enumerate(network.operations):
        first.setdefault(roots[op.output], step)
        for number in (*op.inputs, op.output):
            last[roots[number]] = step
    last[roots[network.end]] = len(network.operations)
    return {n: _Life(network.tensors[n].size, first[n], last[n]) for n in first}


def _alive(lives: Mapping[int, _Life], step: int) -> int:
    return sum(life.size for life in lives.values() if life.first <= step <= life.last)


Gaps = dict[tuple[int, int], tuple[int, int]]


def _gaps(network: Network, roots: Mapping[int, int], lives: Mapping[int, _Life]) -> Gaps:
    """For (input, output) of a step that may overlap: how far the output must lie below or above.

    Below: output <= input - gap; above: output >= input + gap.
    """
    gaps: Gaps = {}
    for step, op in enumerate(network.operations):
        out = roots[op.output]
        for number in {roots[i] for i in op.inputs}:
            if number == out or lives[number].last > step or lives[out].first < step:
                continue
            if (found := _gap(op, network)) is not None:
                apart = lives[out].size, lives[number].size
                gaps[number, out] = min(found[0], apart[0]), min(found[1], apart[1])
    return gaps


def _gap(op: Operation, network: Network) -> tuple[int, int] | None:
    if isinstance(op, _FLAT):
        shorter = any(network.tensors[i].size < network.tensors[op.output].size for i in op.inputs)
        return None if shorter else (0, network.tensors[op.output].size)
    if isinstance(op, Convolution | Pool):
        return _rows(op, network)
    return None


def _rows(op: Convolution | Pool, network: Network) -> tuple[int, int] | None:
    """Gaps of a step that makes row after row: downward from the first, or upward from the last."""
    height, width, channels = network.tensors[op.inputs[0]].spatial
    rows, *out = network.tensors[op.output].spatial
    if rows == 1:
        return None  # the whole input is read for the only row
    row, made = width * channels, out[0] * out[1]
    y = np.arange(rows)
    first, last = (np.clip(seen, 0, height) for seen in _seen(op, y))
    below = int(((y + 1) * made - first * row).max())
    above = int((last * row - y * made).max())
    return max(0, below), max(0, above)


def _seen(op: Convolution | Pool, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First row of the input that row `y` of the output reads, and the one behind the last."""
    if isinstance(op, Pool):
        first = y * op.stride[0] - op.padding[0]
        return first, first + op.size[0]
    first, last = _seen(op.pool, y) if op.pool else (y, y + 1)
    reach = (op.weights.shape[1] - 1) * op.dilation[0] + 1
    start = first * op.stride[0] - op.padding[0]
    return start, (last - 1) * op.stride[0] - op.padding[0] + reach


def _placed(lives: Mapping[int, _Life], gaps: Gaps, order: list[int]) -> dict[int, int]:
    """Each tensor in turn as low as those placed already allow."""
    offsets: dict[int, int] = {}
    for number in order:
        taken = sorted(_taken(number, other, lives, gaps, offsets[other]) for other in offsets)
        place = 0
        for start, end in taken:
            if start < place < end:
                place = end
        offsets[number] = place
    return offsets


def _taken(
    number: int, other: int, lives: Mapping[int, _Life], gaps: Gaps, at: int
) -> tuple[int, int]:
    """Offsets, ends not included, that `number` may not have because of `other` at `at`."""
    mine, its = lives[number], lives[other]
    if mine.first > its.last or its.first > mine.last:
        return at, at
    if (other, number) in gaps:  # I am the output
        below, above = gaps[other, number]
        return at - below, at + above
    if (number, other) in gaps:
        below, above = gaps[number, other]
        return at - above, at + below
    return at - mine.size, at + its.size


def _top(offsets: Mapping[int, int], lives: Mapping[int, _Life]) -> int:
    return max(offsets[n] + lives[n].size for n in offsets)
