"""How a network is built, read from its LiteRT file: what it can see, and by how many numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from cnnlab.errors import DAMAGED
from cnnlab.prediction._contents import step_of

_OPTIONS: dict[str, type[Any]] = {
    "CONV_2D": schema.Conv2DOptions,
    "DEPTHWISE_CONV_2D": schema.DepthwiseConv2DOptions,
    "AVERAGE_POOL_2D": schema.Pool2DOptions,
    "MAX_POOL_2D": schema.Pool2DOptions,
}

_ENLARGE = ("RESIZE", "TILE", "TRANSPOSE_CONV")


@dataclass(frozen=True)
class Anatomy:
    """What limits a network's sight.

    Attributes:
        resolution: Side of the first convolution's maps, in cells.
        kernels: How many maps the first convolution makes.
        depth: Convolutions that look at more than one cell.
        field: Side of the square of the picture that one value behind the last of them depends
            on, in pixels, cut to the picture.
        features: Numbers from which the classes are told apart.
        first_kernels: Weights of the first convolution, `(kernels, height, width, channels)`
            float32; empty where they are no floats.
    """

    resolution: int
    kernels: int
    depth: int
    field: int
    features: int
    first_kernels: np.ndarray


@dataclass(frozen=True)
class _Reach:
    """Of one tensor: the side of its receptive field, and pixels from one cell to the next."""

    field: int = 1
    jump: int = 1


def anatomy(file: bytes) -> Anatomy | None:
    """Read a LiteRT file's graph.

    None for a network without a convolution, for one that enlarges its maps (of which a window
    says no more how far it sees), and for a damaged file.
    """
    try:
        return _read(file)
    except DAMAGED:
        return None  # what the format's reader makes of a file that is cut or none at all


def _read(file: bytes) -> Anatomy | None:
    model = schema.Model.GetRootAs(file, 0)
    graph = model.Subgraphs(0)
    reached: dict[int, _Reach] = {}
    convolutions: list[tuple[Any, int]] = []  # the operation, and the number of its maps
    depth, widest, features = 0, 1, 0
    for place in range(graph.OperatorsLength()):
        operation = graph.Operators(place)
        name, read, made = step_of(model, operation)
        window, reach = _moved(name, graph, operation, [reached.get(i, _Reach()) for i in read])
        reached[made] = reach
        if name.endswith("CONV_2D"):
            convolutions.append((operation, made))
            depth += window > 1
            widest = max(widest, reach.field)
        elif name.startswith(_ENLARGE):
            return None
        elif name == "FULLY_CONNECTED":
            features = int(graph.Tensors(read[1]).Shape(1))
    if not convolutions:
        return None
    maps = graph.Tensors(convolutions[0][1])
    side = int(graph.Tensors(graph.Inputs(0)).Shape(1))
    kernels = _weights(model, graph, step_of(model, convolutions[0][0]))
    found = int(maps.Shape(1)), int(maps.Shape(3))
    return Anatomy(*found, depth, min(side, widest), features, kernels)


def _moved(name: str, graph: Any, operation: Any, inputs: list[_Reach]) -> tuple[int, _Reach]:
    """The side of an operation's window, 1 for those without, and what its values depend on."""
    field = max((one.field for one in inputs), default=1)
    jump = max((one.jump for one in inputs), default=1)
    if name not in _OPTIONS:
        return 1, _Reach(field, jump)
    options, table = _OPTIONS[name](), operation.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    pool = name.endswith("POOL_2D")
    window = options.FilterHeight() if pool else graph.Tensors(operation.Inputs(1)).Shape(1)
    apart = 1 if pool else max(1, options.DilationHFactor())
    return int(window), _Reach(field + (int(window) - 1) * apart * jump, jump * options.StrideH())


def _weights(model: Any, graph: Any, step: tuple[str, tuple[int, ...], int]) -> np.ndarray:
    name, read, _ = step
    tensor = graph.Tensors(read[1])
    raw = model.Buffers(tensor.Buffer())
    if tensor.Type() != schema.TensorType.FLOAT32 or not raw.DataLength():
        return np.zeros((0, 0, 0, 0), np.float32)
    weights = raw.DataAsNumpy().view(np.float32).reshape(tensor.ShapeAsNumpy())
    return weights.transpose(3, 1, 2, 0) if name == "DEPTHWISE_CONV_2D" else weights
