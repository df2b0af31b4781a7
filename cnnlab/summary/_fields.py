"""How much of the picture one output value depends on.

Source: Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks",
Distill 2019.
"""

from dataclasses import dataclass
from math import ceil, prod
from typing import Any

from cnnlab.keras_graph import INPUT, Call, Graph, Tensor

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
        size = tuple(s + (k - 1) * j for s, k, j in zip(self.size, kernel, self.step, strict=True))
        step = tuple(j * s for j, s in zip(self.step, stride, strict=True))
        return Field(size, step, self.places)


def receptive_fields(graph: Graph) -> list[tuple[int, int]]:
    """(height, width) in pixels for every call, the widest path where branches meet."""
    # One pixel sees itself.
    known = {
        Tensor(INPUT, index): Field(places=_places(shape))
        for index, shape in enumerate(graph.inputs)
    }
    fields = []
    for call in graph:
        given = _widest([known[read] for read in call.inputs])
        made = _after(call, given, graph.shape(call.inputs[0]))
        if call.is_map:
            made = Field(made.size, made.step, _places(call.shape))
        known.update(dict.fromkeys(call.outputs, made))
        fields.append(tuple(ceil(side) for side in made.size))
    return fields


def _after(call: Call, given: Field, shape: tuple[int, ...]) -> Field:
    """The field behind one layer."""
    layer: Any = call.layer
    kind = call.kind
    if kind in GLOBAL or (kind == "Dense" and len(shape) == 1) or _gathers_all(call, shape):
        whole = given.grown(given.places)
        return Field(whole.size, whole.step, (1, 1))
    if kind == "UpSampling2D":
        return given.grown((1, 1), tuple(1 / factor for factor in layer.size))
    if kind in ("AdaptiveAveragePooling2D", "AdaptiveMaxPooling2D"):
        sides = list(zip(shape, call.shape, strict=False))[:2]
        reach = tuple(max(adaptive_windows(before, after)) for before, after in sides)
        return given.grown(reach, tuple(before / after for before, after in sides))
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if not window or len(window) != 2:
        return given
    strides = _pair(layer.strides)
    if kind == "Conv2DTranspose":
        reach = tuple(ceil(k / s) for k, s in zip(window, strides, strict=True))
        return given.grown(reach, tuple(1 / s for s in strides))
    dilation = _pair(getattr(layer, "dilation_rate", 1))
    return given.grown(
        tuple((k - 1) * d + 1 for k, d in zip(window, dilation, strict=True)), strides
    )


def _gathers_all(call: Call, shape: tuple[int, ...]) -> bool:
    """Whether an operation such as `ops.mean` makes fewer values than the maps it reads."""
    reduces = len(call.shape) < len(shape) == 3 and prod(call.shape) < prod(shape)
    return reduces and call.kind not in ("ops.get_item", "ops.take")


def adaptive_windows(given: int, made: int) -> list[int]:
    """Lengths of the windows by which an adaptive pool brings `given` places to `made`."""
    return [-(-(i + 1) * given // made) - i * given // made for i in range(made)]


def _widest(fields: list[Field]) -> Field:
    """Where branches meet, every side by the branch that sees most."""
    return Field(
        tuple(max(side) for side in zip(*(field.size for field in fields), strict=True)),
        tuple(max(side) for side in zip(*(field.step for field in fields), strict=True)),
        fields[0].places,
    )


def _places(shape: tuple[int, ...]) -> tuple[int, int]:
    return (shape[0], shape[1]) if len(shape) == 3 else (1, 1)


def _pair(value: Any) -> Pair:
    return tuple(value) if isinstance(value, list | tuple) else (value, value)
