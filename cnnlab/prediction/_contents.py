"""What a LiteRT file holds: its numbers, how many are zero, and the memory it needs."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from cnnlab.prediction._damage import damage_explained

_KINDS: dict[int, np.dtype[Any]] = {
    schema.TensorType.FLOAT32: np.dtype("float32"),
    schema.TensorType.FLOAT16: np.dtype("float16"),
    schema.TensorType.INT8: np.dtype("int8"),
    schema.TensorType.UINT8: np.dtype("uint8"),
    schema.TensorType.INT16: np.dtype("int16"),
    schema.TensorType.INT32: np.dtype("int32"),
    schema.TensorType.INT64: np.dtype("int64"),
    schema.TensorType.BOOL: np.dtype("bool"),
}
_CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")
_ACTIVATIONS = ("RELU", "RELU6", "TANH", "LOGISTIC", "ELU", "LEAKY_RELU", "PRELU", "HARD_SWISH")
_OPERATIONS = {
    code: name
    for name, code in vars(schema.BuiltinOperator).items()
    if isinstance(code, int) and not name.startswith("_")
}


@dataclass(frozen=True)
class Contents:
    """What a LiteRT file holds.

    Attributes:
        numbers: Weights and biases stored (shapes and other small tables are left out).
        nonzeros: Those of them that are not zero.
        weight_bytes: Bytes of these numbers as stored.
        activation_bytes: Largest sum of what flows between the operations and is alive at once,
            one picture, in each tensor's own precision.
    """

    numbers: int
    nonzeros: int
    weight_bytes: int
    activation_bytes: int

    @property
    def memory_bytes(self) -> int:
        """Weights and feature maps at the peak."""
        return self.weight_bytes + self.activation_bytes


def contents(file: bytes) -> Contents:
    """Read a LiteRT file's tables; nothing is run.

    Raises:
        LabError: the file is damaged.
    """
    with damage_explained("The LiteRT file"):
        return _read(file)


def _read(file: bytes) -> Contents:
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(file, 0))
    graph = model.subgraphs[0]
    constants = {
        number: np.asarray(model.buffers[tensor.buffer].data, np.uint8)
        for number, tensor in enumerate(graph.tensors)
        if _filled(model.buffers[tensor.buffer].data)
    }
    weights = [_weights(graph.tensors[n], raw) for n, raw in constants.items()]
    kept = [array for array in weights if array is not None]
    return Contents(
        numbers=sum(array.size for array in kept),
        nonzeros=sum(int(np.count_nonzero(array)) for array in kept),
        weight_bytes=sum(array.nbytes for array in kept),
        activation_bytes=_peak(graph, set(constants)),
    )


def _filled(data: Any) -> bool:
    return data is not None and len(data) > 0


def _weights(tensor: Any, raw: np.ndarray) -> np.ndarray | None:
    """The numbers of a constant; None for shapes and axes, integers without a scale."""
    kind = _KINDS.get(tensor.type)
    scaled = tensor.quantization is not None and _filled(tensor.quantization.scale)
    if kind is None or (kind.kind in "iub" and not scaled):
        return None
    return np.frombuffer(raw.tobytes(), kind)


def _peak(graph: Any, constants: set[int]) -> int:
    """As `summary` counts it: a tensor lives from its maker to its last reader."""
    last: dict[int, int] = {}
    for step, operation in enumerate(graph.operators):
        last.update(dict.fromkeys((int(i) for i in operation.inputs), step))
    last.update(dict.fromkeys((int(i) for i in graph.outputs), len(graph.operators)))
    alive = {int(i) for i in graph.inputs}
    peak = 0
    for step, operation in enumerate(graph.operators):
        alive |= {int(i) for i in operation.outputs}
        peak = max(peak, sum(_size(graph.tensors[i]) for i in alive - constants))
        alive = {i for i in alive if last.get(i, -1) > step}
    return peak


def _size(tensor: Any) -> int:
    shape = tensor.shape if tensor.shape is not None else ()
    kind = _KINDS.get(tensor.type, np.dtype("float32"))
    return prod(max(1, int(side)) for side in shape) * kind.itemsize


def convolutions(file: bytes) -> tuple[int, ...]:
    """Numbers of the tensors that leave the convolutions, each behind its activation.

    From the input on. Read from the file, whose format is public; the interpreter has the list
    of its operations under a private name only.
    """
    model = schema.Model.GetRootAs(file, 0)
    graph = model.Subgraphs(0)
    steps = [step_of(model, graph.Operators(place)) for place in range(graph.OperatorsLength())]
    found = []
    for place, (name, _, made) in enumerate(steps):
        if name in _CONVOLUTIONS:
            for later, read, makes in steps[place + 1 : place + 3]:
                if later in _ACTIVATIONS and made in read:
                    made = makes
            found.append(made)
    return tuple(found)


def step_of(model: Any, operation: Any) -> tuple[str, tuple[int, ...], int]:
    """An operation's name, the tensors it reads, and the first it makes."""
    code = model.OperatorCodes(operation.OpcodeIndex())
    # Files from before 2020 hold the code in its old place.
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    read = tuple(int(operation.Inputs(i)) for i in range(operation.InputsLength()))
    return _OPERATIONS.get(number, ""), read, int(operation.Outputs(0))
