"""Every operation in NumPy, for many pictures at once: what the C code is held to, bit for bit.

Sums of products are taken in float64, whose 53 bits hold them exactly.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.integer import _fixed
from cnnlab.integer._operations import (
    Add,
    Concatenate,
    Convolution,
    Lookup,
    Mean,
    Multiply,
    Network,
    Operation,
    Pad,
    Pool,
    Reshape,
    Softmax,
    Tile,
)


def run(network: Network, pictures: np.ndarray) -> np.ndarray:
    """What comes out for uint8 pictures `(n, height, width, channels)`: int8 `(n, classes)`.

    Raises:
        LabError: pictures of another size.
    """
    wanted = network.tensors[network.entry].shape
    if pictures.shape[1:] != wanted:
        raise LabError(f"The network takes pictures of {wanted}. Received: {pictures.shape[1:]}.")
    return trace(network, network.pixels[pictures])[network.end]


def probabilities(network: Network, pictures: np.ndarray) -> np.ndarray:
    """As `run`, as real numbers: float32 `(n, classes)`."""
    end = network.tensors[network.end]
    real = (run(network, pictures).astype(np.float64) - end.zero) * end.scale
    return real.astype(np.float32)


def trace(network: Network, given: np.ndarray) -> dict[int, np.ndarray]:
    """Every value of a network by its number, for int8 `(n, height, width, channels)` going in."""
    values = {network.entry: given}
    for operation in network.operations:
        inputs = [values[i] for i in operation.inputs]
        values[operation.output] = answer_of(operation, inputs, network)
    return values


def answer_of(operation: Operation, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    """One operation's answer: int8 `(n, ...)` in and out."""
    made = _ANSWERS[type(operation)](operation, inputs, network)
    if operation.table is not None:
        made = operation.table[made.astype(np.int64) - _fixed.LOW]
    if isinstance(operation, Convolution) and operation.pool:
        made = _pool(operation.pool, [made], network)
    return made.astype(np.int8)


def _bounded(op: Convolution | Add | Multiply, sums: np.ndarray) -> np.ndarray:
    """Around the output's zero point, between its bounds."""
    return np.clip(sums + op.zero, op.low, op.high)


def _zero(op: Operation, network: Network) -> int:
    return network.tensors[op.inputs[0]].zero


def _convolve(op: Convolution, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    shape = network.tensors[op.inputs[0]].spatial
    out = network.tensors[op.summed].spatial
    x = inputs[0].reshape(-1, *shape).astype(np.float64) - _zero(op, network)
    sums = np.zeros((len(x), *out))
    filters, channels = out[2] // op.groups, shape[2] // op.groups
    padded = _around(op, x, out)
    for row, column in np.ndindex(op.weights.shape[1:3]):
        seen = _strided(op, padded, out, row, column)
        for group in range(op.groups) if channels * filters > 1 else ():
            mine = slice(group * filters, (group + 1) * filters)
            part = seen[..., group * channels : (group + 1) * channels]
            sums[..., mine] += part @ op.weights[mine, row, column].T.astype(np.float64)
        if channels * filters == 1:
            sums += seen * op.weights[:, row, column, 0]
    total = sums.astype(np.int64) + op.bias
    scaled = _fixed.scaled(total, op.wholes, op.shifts)
    return _bounded(op, scaled).reshape(len(x), *network.tensors[op.summed].shape)


def _around(op: Convolution, x: np.ndarray, out: tuple[int, int, int]) -> np.ndarray:
    """Zeros around, as many as the last window reaches."""
    wide = [(0, 0)]
    for axis in (0, 1):
        reach = (out[axis] - 1) * op.stride[axis]
        reach += (op.weights.shape[1 + axis] - 1) * op.dilation[axis] + 1
        after = max(0, reach - op.padding[axis] - x.shape[1 + axis])
        wide.append((op.padding[axis], after))
    return np.pad(x, [*wide, (0, 0)])


def _strided(
    op: Convolution, x: np.ndarray, out: tuple[int, int, int], row: int, column: int
) -> np.ndarray:
    """What one place of the kernel sees at every place of the output."""
    first = row * op.dilation[0], column * op.dilation[1]
    rows = slice(first[0], first[0] + (out[0] - 1) * op.stride[0] + 1, op.stride[0])
    columns = slice(first[1], first[1] + (out[1] - 1) * op.stride[1] + 1, op.stride[1])
    return x[:, rows, columns]


def _windows(op: Pool, shape: tuple[int, int, int], out: tuple[int, int, int]) -> Any:
    """Each place of the output with the rows and columns its window holds."""
    for place in np.ndindex(out[:2]):
        first = [place[axis] * op.stride[axis] - op.padding[axis] for axis in (0, 1)]
        cuts = [
            slice(max(0, first[axis]), min(shape[axis], first[axis] + op.size[axis]))
            for axis in (0, 1)
        ]
        yield place, cuts


def _pool(op: Pool, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    shape = network.tensors[op.inputs[0]].spatial
    out = network.tensors[op.output].spatial
    x = inputs[0].reshape(-1, *shape).astype(np.int64)
    made = np.zeros((len(x), *out), np.int64)
    for place, (rows, columns) in _windows(op, shape, out):
        seen = x[:, rows, columns].reshape(len(x), -1, shape[2])
        made[(slice(None), *place)] = (
            seen.max(axis=1) if op.largest else _fixed.divided(seen.sum(axis=1), seen.shape[1])
        )
    made = np.clip(made, op.low, op.high)
    return made.reshape(len(x), *network.tensors[op.output].shape)


def _mean(op: Mean, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    x = inputs[0].astype(np.int64) - _zero(op, network)
    mean = _fixed.scaled(x.sum(axis=(1, 2)), op.whole, op.shift)
    mean = np.clip(mean + network.tensors[op.output].zero, _fixed.LOW, _fixed.HIGH)
    return mean.reshape(len(x), *network.tensors[op.output].shape)


def _same(op: Operation, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    return inputs[0]


def _reshape(op: Reshape, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    return inputs[0].reshape(len(inputs[0]), *network.tensors[op.output].shape)


def _sides(op: Add | Multiply, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Both sides as int64 around their zero points, the second repeated to the first's length."""
    first = inputs[0].reshape(len(inputs[0]), -1).astype(np.int64)
    second = op.constant[None] if op.constant is not None else inputs[1]
    second = second.reshape(len(second), -1).astype(np.int64)
    second = np.tile(second, (1, first.shape[1] // second.shape[1]))
    return [first - op.zeros[0], second - op.zeros[1]]


FINER = 20  # bits; see `Add`


def _add(op: Add, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    sides = _sides(op, inputs)
    one, two = (
        _fixed.scaled(side << FINER, *factor)
        for side, factor in zip(sides, op.factors, strict=True)
    )
    total = _fixed.scaled(one + op.sign * two, *op.after)
    return _bounded(op, total).reshape(inputs[0].shape)


def _multiply(op: Multiply, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    one, two = _sides(op, inputs)
    return _bounded(op, _fixed.scaled(one * two, *op.after)).reshape(inputs[0].shape)


def _concatenate(op: Concatenate, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    count = len(inputs[0])
    blocks = [part.reshape(count, op.outer, -1) for part in inputs]
    return np.concatenate(blocks, axis=2).reshape(count, *network.tensors[op.output].shape)


def _tile(op: Tile, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    blocks = inputs[0].reshape(len(inputs[0]), op.outer, 1, -1)
    repeated = np.repeat(blocks, op.times, axis=2)
    return repeated.reshape(len(inputs[0]), *network.tensors[op.output].shape)


def _pad(op: Pad, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    above, below, left, right = op.around
    wide = [(0, 0), (above, below), (left, right), (0, 0)]
    return np.pad(inputs[0], wide, constant_values=network.tensors[op.inputs[0]].zero)


def _softmax(op: Softmax, inputs: Sequence[np.ndarray], network: Network) -> np.ndarray:
    x = inputs[0].astype(np.int64)
    below = x.max(axis=1, keepdims=True) - x
    known = np.minimum(below, len(op.powers) - 1)
    powers = np.where(below < len(op.powers), op.powers[known].astype(np.int64), 0)
    total = powers.sum(axis=1, keepdims=True)
    return np.minimum((powers * 256 + total // 2) // total + _fixed.LOW, _fixed.HIGH)


_ANSWERS: dict[type[Operation], Callable[..., np.ndarray]] = {
    Convolution: _convolve,
    Pool: _pool,
    Mean: _mean,
    Lookup: _same,
    Reshape: _reshape,
    Add: _add,
    Multiply: _multiply,
    Concatenate: _concatenate,
    Tile: _tile,
    Pad: _pad,
    Softmax: _softmax,
}
