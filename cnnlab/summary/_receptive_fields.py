"""How much of the picture one output value depends on.

Source: Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks",
Distill 2019.
"""

from dataclasses import dataclass
from math import ceil, prod
from typing import Any

from cnnlab.keras_graph import INPUT, Call, Graph, Tensor, fixed
from cnnlab.summary._params_and_macs import RECURRENT

Pair = tuple[float, float]
GLOBAL = (
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
)


@dataclass(frozen=True)
class Field:
    """Receptive field and step between neighbors, both in input pixels, (height, width).

    `places` is the height and width of the maps a flattened vector came from.
    """

    size: Pair = (1, 1)
    step: Pair = (1, 1)
    places: tuple[int, int] = (1, 1)

    def grown(self, kernel: Pair, stride: Pair = (1, 1)) -> "Field":
        """After a window of `kernel` moved by `stride`."""
        (high, wide), (down, across) = self.size, self.step
        size = (high + (kernel[0] - 1) * down, wide + (kernel[1] - 1) * across)
        return Field(size, (down * stride[0], across * stride[1]), self.places)


def receptive_fields(graph: Graph) -> list[tuple[int, int]]:
    """(height, width) in pixels for every call, the widest path where branches meet."""
    # One pixel sees itself.
    known = {
        Tensor(INPUT, index): Field(places=_places(fixed(shape, graph.name)))
        for index, shape in enumerate(graph.inputs)
    }
    fields = []
    for call in graph:
        given = _widest([known[read] for read in call.inputs])
        made = _after(call, given, graph.fixed_shape(call.inputs[0]))
        if call.is_map:
            made = Field(made.size, made.step, _places(call.fixed_shape))
        known.update(dict.fromkeys(call.outputs, made))
        fields.append((ceil(made.size[0]), ceil(made.size[1])))
    return fields


def _after(call: Call, given: Field, shape: tuple[int, ...]) -> Field:
    """The field behind one layer."""
    layer: Any = call.layer
    kind = call.kind
    if (
        kind in (*GLOBAL, *RECURRENT)
        or (kind == "Dense" and len(shape) == 1)
        or _gathers_all(call, shape)
    ):
        whole = given.grown(given.places)
        return Field(whole.size, whole.step, (1, 1))
    if kind == "UpSampling2D":
        down, across = layer.size
        return given.grown((1, 1), (1 / down, 1 / across))
    if kind in ("AdaptiveAveragePooling2D", "AdaptiveMaxPooling2D"):
        before, after = shape[:2], call.fixed_shape[:2]
        rows, columns = map(max, map(adaptive_windows, before, after))
        return given.grown((rows, columns), (before[0] / after[0], before[1] / after[1]))
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if not window or len(window) != 2:
        return given
    high, wide = _pair(window)
    down, across = _pair(layer.strides)
    if kind == "Conv2DTranspose":
        return given.grown((ceil(high / down), ceil(wide / across)), (1 / down, 1 / across))
    dilation = _pair(getattr(layer, "dilation_rate", 1))
    reach = (high - 1) * dilation[0] + 1, (wide - 1) * dilation[1] + 1
    return given.grown(reach, (down, across))


def _gathers_all(call: Call, shape: tuple[int, ...]) -> bool:
    """Whether an operation such as `ops.mean` makes fewer values than the maps it reads."""
    reduces = len(call.shape) < len(shape) == 3 and prod(call.fixed_shape) < prod(shape)
    return reduces and call.kind not in ("ops.get_item", "ops.take")


def adaptive_windows(given: int, made: int) -> list[int]:
    """Lengths of the windows by which an adaptive pool brings `given` places to `made`."""
    return [-(-(i + 1) * given // made) - i * given // made for i in range(made)]


def _widest(fields: list[Field]) -> Field:
    """Where branches meet, every side by the branch that sees most."""
    return Field(
        (max(field.size[0] for field in fields), max(field.size[1] for field in fields)),
        (max(field.step[0] for field in fields), max(field.step[1] for field in fields)),
        fields[0].places,
    )


def _places(shape: tuple[int, ...]) -> tuple[int, int]:
    return (shape[0], shape[1]) if len(shape) == 3 else (1, 1)


def _pair(value: Any) -> Pair:
    first, second = value if isinstance(value, list | tuple) else (value, value)
    return first, second
