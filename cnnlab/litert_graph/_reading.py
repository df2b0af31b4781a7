"""From the flatbuffer to a `Graph`."""

from math import prod
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from cnnlab.errors import DAMAGED, LabError, reason
from cnnlab.litert_graph._folding import FOLDED, folded
from cnnlab.litert_graph._graph import Graph, Option, Step, Value
from cnnlab.litert_graph._shapes import shape_of

_KINDS = {
    number: name.lower()
    for name, number in vars(schema.TensorType).items()
    if isinstance(number, int)
}
_STEPS = {
    number: name
    for name, number in vars(schema.BuiltinOperator).items()
    if isinstance(number, int) and not name.startswith("_")
}


def read(file: bytes) -> Graph:
    """The steps of a file with one picture in and one answer out.

    Raises:
        LabError: the file is damaged, or it takes or gives more than one value.
    """
    try:
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(file, 0))
        graph = model.subgraphs[0]
        values = {n: _value(t, model.buffers) for n, t in enumerate(graph.tensors)}
        steps = [_step(model, operator) for operator in graph.operators]
        (entry,), (end,) = graph.inputs, graph.outputs
    except DAMAGED as error:
        raise LabError(
            f"The LiteRT file is damaged or no classifier of single pictures ({reason(error)}): "
            "make it again."
        ) from None
    return _with_shapes(values, steps, int(entry), int(end))


def _value(tensor: Any, buffers: Any) -> Value:
    kind = _KINDS.get(tensor.type, "unknown")
    shape = tuple(int(side) for side in (() if tensor.shape is None else tensor.shape))
    raw = buffers[tensor.buffer].data
    data = None
    if raw is not None and len(raw) and kind in _NUMBERS:
        data = np.frombuffer(np.asarray(raw, np.uint8).tobytes(), kind).reshape(shape)
    scales, zeros, axis = _quantization(tensor.quantization)
    name = tensor.name.decode() if isinstance(tensor.name, bytes) else str(tensor.name)
    return Value(name, shape, kind, data, scales, zeros, axis)


_NUMBERS = ("bool", "int8", "uint8", "int16", "int32", "int64", "float16", "float32")


def _quantization(given: Any) -> tuple[np.ndarray, np.ndarray, int]:
    if given is None or given.scale is None or not len(given.scale):
        return np.zeros(0), np.zeros(0, np.int64), 0
    # The file's scales are float32; arithmetic with them is not.
    scales = np.asarray(given.scale, np.float64)
    return scales, np.asarray(given.zeroPoint, np.int64), int(given.quantizedDimension)


def _step(model: Any, operator: Any) -> Step:
    code = model.operatorCodes[operator.opcodeIndex]
    # Files from before 2020 hold the code in its old place.
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    kind = _STEPS.get(number, str(number))
    if kind == "CUSTOM" and code.customCode:
        kind = code.customCode.decode()
    inputs = tuple(int(i) for i in operator.inputs)
    return Step(kind, inputs, int(operator.outputs[0]), _options(operator.builtinOptions))


def _options(given: Any) -> dict[str, Option]:
    if given is None:
        return {}
    return {k: v for k, v in vars(given).items() if isinstance(v, int | float | bool | str)}


def _with_shapes(values: dict[int, Value], steps: list[Step], entry: int, end: int) -> Graph:
    """Shapes for a batch of 1; the file's own are those of a free batch, and may be unknown."""
    first = values[entry]
    values[entry] = _shaped(first, (1, *first.shape[1:]))
    kept = []
    for step in steps:
        known = [values[i] if i >= 0 else None for i in step.inputs]
        if step.kind in FOLDED and (made := folded(step, known)) is not None:
            values[step.output] = _constant(values[step.output], made)
            continue
        values[step.output] = _shaped(values[step.output], shape_of(step, known, values))
        kept.append(step)
    if prod(values[end].shape) < 1:
        raise LabError("The LiteRT file answers with nothing: make it again.")
    return Graph(values, tuple(kept), entry, end)


def _shaped(value: Value, shape: tuple[int, ...]) -> Value:
    return Value(value.name, shape, value.kind, None, value.scales, value.zeros, value.axis)


def _constant(value: Value, data: np.ndarray) -> Value:
    kind = "float32" if data.dtype == np.float32 else str(data.dtype)
    return Value(value.name, data.shape, kind, data)
