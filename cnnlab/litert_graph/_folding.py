"""Steps whose answer is known before any picture comes: what a file works out about shapes."""

from collections.abc import Sequence

import numpy as np

from cnnlab.litert_graph._graph import Step, Value

FOLDED = ("SHAPE", "STRIDED_SLICE", "PACK", "CONCATENATION", "DEQUANTIZE", "CAST", "GATHER")


def folded(step: Step, inputs: Sequence[Value | None]) -> np.ndarray | None:
    """The step's answer, where it is known; else None."""
    given = [value for value in inputs if value is not None]
    if step.kind == "SHAPE":
        return np.asarray(given[0].shape, np.int32)
    data = [value.data for value in given if value.data is not None]
    if len(data) < len(given):
        return None
    if step.kind == "STRIDED_SLICE":
        return _sliced(step, data)
    if step.kind == "PACK":
        return np.stack(data, axis=int(step.options["axis"]))
    if step.kind == "CONCATENATION":
        return np.concatenate(data, axis=int(step.options["axis"]))
    if step.kind == "GATHER":
        return np.take(data[0], data[1], axis=int(step.options.get("axis", 0)))
    if step.kind == "DEQUANTIZE":
        return given[0].real
    return data[0]  # CAST: shapes are whole numbers however they are kept


def _sliced(step: Step, data: list[np.ndarray]) -> np.ndarray:
    whole, begins, ends, strides = data
    marks = {name: int(step.options.get(name, 0)) for name in ("beginMask", "endMask")}
    shrink = int(step.options.get("shrinkAxisMask", 0))
    cut: list[slice | int] = []
    for axis, (begin, end, stride) in enumerate(zip(begins, ends, strides, strict=True)):
        if shrink >> axis & 1:
            cut.append(int(begin))
            continue
        first = None if marks["beginMask"] >> axis & 1 else int(begin)
        last = None if marks["endMask"] >> axis & 1 else int(end)
        cut.append(slice(first, last, int(stride)))
    return np.asarray(whole[tuple(cut)])
