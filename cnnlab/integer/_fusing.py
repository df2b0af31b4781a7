"""Operations joined where nobody else reads what lies between them; every answer stays."""

from collections import Counter
from dataclasses import replace

import numpy as np

from cnnlab.integer import _fixed
from cnnlab.integer._operations import (
    Add,
    Convolution,
    Lookup,
    Multiply,
    Network,
    Operation,
    Pad,
    Pool,
)
from cnnlab.integer._reference import answer_of

_TAKE_A_TABLE = (Convolution, Add, Multiply, Lookup)


def fused(network: Network) -> Network:
    """The same answers by fewer operations, and with fewer maps in memory at once.

    What depends on one number only (an activation, a swish of two steps, a sum with one constant)
    becomes a table of 256 answers, and tables are looked up as numbers are written. Zeros around a
    map are left to the convolution behind it, and windows that do not overlap are pooled as they
    are convolved.
    """
    operations = list(network.operations)
    changed = True
    while changed:
        uses = Counter(i for op in operations for i in op.inputs)
        uses[network.end] += 1
        makers = {op.output: n for n, op in enumerate(operations)}
        changed = any(
            rule(network, operations, uses, makers)
            for rule in (_functions, _unread, _tables, _pads, _pools)
        )
    return replace(network, operations=tuple(operations))


def _functions(
    network: Network, operations: list[Operation], uses: Counter[int], makers: dict[int, int]
) -> bool:
    """Sums and products of numbers that all come from one number: one table."""
    for place, op in enumerate(operations):
        if not isinstance(op, Add | Multiply):
            continue
        traced = [_source(operations, makers, i) for i in op.inputs]
        source = traced[0][0]
        one = op.constant is None or op.constant.size == 1
        if one and all(number == source for number, _ in traced):
            columns = [column.astype(np.int8)[None, :] for _, column in traced]
            steps = answer_of(replace(op, table=None), columns, network)[0]
            table = steps if op.table is None else _looked_up(op.table, steps)
            operations[place] = Lookup(
                name=op.name, inputs=(source,), output=op.output, table=table
            )
            return True
    return False


def _source(
    operations: list[Operation], makers: dict[int, int], number: int
) -> tuple[int, np.ndarray]:
    """The number a value is a table of, and the table; itself, where it is none."""
    maker = operations[makers[number]] if number in makers else None
    if isinstance(maker, Lookup) and maker.table is not None:
        return maker.inputs[0], maker.table
    return number, np.arange(_fixed.LOW, _fixed.HIGH + 1).astype(np.int8)


def _unread(
    network: Network, operations: list[Operation], uses: Counter[int], makers: dict[int, int]
) -> bool:
    """What nobody reads is not made."""
    for place, op in enumerate(operations):
        if not uses[op.output]:
            del operations[place]
            return True
    return False


def _tables(
    network: Network, operations: list[Operation], uses: Counter[int], makers: dict[int, int]
) -> bool:
    """A table behind an operation that can look up as it writes."""
    for place, op in enumerate(operations):
        before = operations[makers[op.inputs[0]]] if op.inputs[0] in makers else None
        if not isinstance(op, Lookup) or not isinstance(before, _TAKE_A_TABLE):
            continue
        if isinstance(before, Convolution) and before.pool:
            continue
        if uses[op.inputs[0]] == 1 and op.table is not None:
            first = op.table if before.table is None else _looked_up(op.table, before.table)
            joined = replace(before, output=op.output, table=first)
            operations[makers[op.inputs[0]]] = joined
            del operations[place]
            return True
    return False


def _looked_up(table: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return table[numbers.astype(np.int64) - _fixed.LOW]


def _pads(
    network: Network, operations: list[Operation], uses: Counter[int], makers: dict[int, int]
) -> bool:
    """Zeros in front of a convolution are its own padding."""
    for place, op in enumerate(operations):
        pad = operations[makers[op.inputs[0]]] if op.inputs[0] in makers else None
        if not isinstance(op, Convolution) or not isinstance(pad, Pad):
            continue
        if uses[op.inputs[0]] == 1:
            padding = op.padding[0] + pad.around[0], op.padding[1] + pad.around[2]
            operations[place] = replace(op, inputs=pad.inputs, padding=padding)
            del operations[makers[op.inputs[0]]]
            return True
    return False


def _pools(
    network: Network, operations: list[Operation], uses: Counter[int], makers: dict[int, int]
) -> bool:
    """Pooling behind a convolution that nobody else reads, where no window shares a place."""
    for place, op in enumerate(operations):
        before = operations[makers[op.inputs[0]]] if op.inputs[0] in makers else None
        if not isinstance(op, Pool) or not isinstance(before, Convolution) or before.pool:
            continue
        apart = all(step >= size for step, size in zip(op.stride, op.size, strict=True))
        if uses[op.inputs[0]] == 1 and apart:
            operations[makers[op.inputs[0]]] = replace(before, output=op.output, pool=op)
            del operations[place]
            return True
    return False
