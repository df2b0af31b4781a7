"""From the steps of a LiteRT file to integer operations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.integer import _fixed
from cnnlab.integer._functions import FUNCTIONS, Function, of_option
from cnnlab.integer._operations import Lookup, Network, Operation, Reshape, Tensor
from cnnlab.litert_graph import Graph, Step, Value

HOLDS = (
    "convolutions, dense layers, pooling, sums, products, concatenation, padding, means over all "
    "places, softmax and functions of one number"
)


class Lowering:
    """What is known while one graph is turned into operations.

    `sized` takes any file for one of int8, its steps unknown: sizes and costs come out right, and
    answers mean nothing.
    """

    def __init__(self, graph: Graph, sized: bool) -> None:
        self.graph, self.sized = graph, sized
        self.tensors: dict[int, Tensor] = {}
        self.operations: list[Operation] = []
        # Floats in between, by value: the tensor they are a function of, and the function.
        self.real: dict[int, tuple[int, Function]] = {}

    def value(self, number: int) -> Value:
        """A value of the graph."""
        return self.graph.values[number]

    def tensor(self, number: int) -> Tensor:
        """The tensor of a value that flows; a new one is made of what the file says of it."""
        if number not in self.tensors:
            value = self.value(number)
            self.tensors[number] = Tensor(value.shape[1:] or (1,), *self.steps_of(value))
        return self.tensors[number]

    def steps_of(self, value: Value) -> tuple[float, int]:
        """Scale and zero point of a value.

        Raises:
            LabError: it is no int8 value with one scale.
        """
        if self.sized:
            return 1.0, 0
        if value.kind != "int8" or len(value.scales) != 1:
            raise LabError(
                f"{value.name!r} is {value.kind}, and only int8 computes in integers: quantize "
                "the run by full int8."
            )
        return float(value.scales[0]), int(value.zeros[0])

    def constant(self, number: int, kind: str = "int8") -> np.ndarray:
        """A constant's whole numbers; zeros of its shape where only sizes are asked."""
        value = self.value(number)
        assert value.data is not None
        if self.sized:
            return np.zeros(value.data.shape, kind)
        if value.kind != kind:
            self.steps_of(value)
        return value.data

    def scales(self, number: int, count: int) -> np.ndarray:
        """A constant's scales, one for each of `count` filters."""
        own = np.ones(1) if self.sized else self.value(number).scales
        return np.broadcast_to(own, count) if len(own) == 1 else own

    def bounds(self, step: Step) -> tuple[int, int]:
        """Where int8 ends behind the step's own activation."""
        code, out = int(step.options.get("fusedActivationFunction", 0)), self.tensor(step.output)
        if code not in _BOUNDS:
            raise refused(self, step)
        low, high = (
            None if real is None else out.zero + int(_fixed.nearest(np.array(real / out.scale)))
            for real in _BOUNDS[code]
        )
        first = _fixed.LOW if low is None else max(_fixed.LOW, low)
        return first, _fixed.HIGH if high is None else min(_fixed.HIGH, high)

    def shared(self, step: Step) -> dict[str, Any]:
        """Name, inputs that flow and output of the step's operation."""
        flowing = tuple(i for i in step.inputs if i >= 0 and self.value(i).data is None)
        self.tensor(step.output)
        name = f"{step.kind.lower()}_{len(self.operations)}"
        return {"name": name, "inputs": flowing, "output": step.output}


_BOUNDS: dict[int, tuple[float | None, float | None]] = {
    0: (None, None),
    1: (0.0, None),  # ReLU
    2: (-1.0, 1.0),
    3: (0.0, 6.0),  # ReLU6
}


def refused(lowering: Lowering, step: Step) -> LabError:
    """The error for a step that no operation of ours can do."""
    name = lowering.value(step.output).name.split(";")[0]
    return LabError(
        f"The step {step.kind} at {name!r} has no integer version here, which does {HOLDS}. "
        "Nearest is the same network with that layer replaced by one of these; of the shipped "
        "ones compact_mnist and lenet5 fit."
    )


Maker = Callable[[Lowering, Step], Operation]


def lowered(graph: Graph, makers: dict[str, Maker], sized: bool) -> Network:
    """The operations of a graph, one for one.

    Raises:
        LabError: a step that has no integer version, or values that are not int8.
    """
    work = Lowering(graph, sized)
    entry, steps, pixels = _entry(work)
    end = graph.end
    if steps and steps[-1].kind == "DEQUANTIZE":
        end, steps = steps[-1].inputs[0], steps[:-1]
    for step in steps:
        if not _stays_real(work, step):
            work.operations.append(_operation(work, step, makers))
    return Network(work.tensors, tuple(work.operations), entry, end, pixels)


def _entry(work: Lowering) -> tuple[int, tuple[Step, ...], np.ndarray]:
    """Where integers begin, the steps from there on, and what each pixel becomes."""
    entry, steps = work.graph.entry, work.graph.steps
    if steps and steps[0].kind == "QUANTIZE" and steps[0].inputs[0] == entry:
        entry, steps = steps[0].output, steps[1:]
    if work.sized:
        work.tensor(entry)
        return entry, steps, np.arange(-128, 128).astype(np.int8)
    first = work.tensor(entry)
    return entry, steps, _fixed.quantized(np.arange(256) / 255, first.scale, first.zero)


def _stays_real(work: Lowering, step: Step) -> bool:
    """Whether the step is a function of one number that the file takes in floats.

    Some activations have no int8 version in LiteRT: its files leave the integers and come back.
    Here the whole way is one table, written when it comes back.
    """
    if work.sized or step.kind not in (*FUNCTIONS, "DEQUANTIZE"):
        return False
    if work.value(step.output).kind != "float32":
        return False
    source, before = work.real.get(step.inputs[0], (step.inputs[0], lambda x: x))
    own = of_option(step.kind, step.options)
    work.real[step.output] = source, lambda x: own(before(x))
    return True


def _operation(work: Lowering, step: Step, makers: dict[str, Maker]) -> Operation:
    if step.kind in ("RESHAPE", "EXPAND_DIMS", "SQUEEZE"):
        return Reshape(**work.shared(step))
    if step.kind in FUNCTIONS:
        return _lookup(work, step)
    if step.kind in makers:
        return makers[step.kind](work, step)
    raise refused(work, step)


def _lookup(work: Lowering, step: Step) -> Lookup:
    """A function of one number, or a change of steps."""
    source, before = work.real.get(step.inputs[0], (step.inputs[0], lambda x: x))
    given, made = work.tensor(source), work.tensor(step.output)
    own = of_option(step.kind, step.options)
    steps = (given.scale, given.zero), (made.scale, made.zero)
    table = _fixed.table(lambda x: own(before(x)), *steps)
    return Lookup(**work.shared(step) | {"inputs": (source,)}, table=table)
