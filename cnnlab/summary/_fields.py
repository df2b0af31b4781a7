"""How much of the picture one output value depends on.

Source: Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks",
Distill 2019.
"""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnlab.summary._graph import Graph

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


def receptive_fields(graph: "Graph") -> list[tuple[int, int]]:
    """(height, width) in pixels for every call, the widest path where branches meet."""
    known = {
        key: Field(places=_places(graph.shapes[key])) for key in graph.inputs
    }  # one pixel sees itself
    fields = []
    for call in graph.calls:
        given = _widest([known[key] for key in call.inputs])
        made = _after(call.layer, given, graph.shapes[call.inputs[0]])
        if len(graph.shapes[call.outputs[0]]) == 3:
            made = Field(made.size, made.step, _places(graph.shapes[call.outputs[0]]))
        known.update(dict.fromkeys(call.outputs, made))
        fields.append(tuple(ceil(side) for side in made.size))
    return fields


def _after(layer: Any, given: Field, shape: tuple[int, ...]) -> Field:
    """The field behind one layer."""
    kind = type(layer).__name__
    if kind in GLOBAL or (kind == "Dense" and len(shape) == 1):
        whole = given.grown(given.places)
        return Field(whole.size, whole.step, (1, 1))
    if kind == "UpSampling2D":
        return given.grown((1, 1), tuple(1 / factor for factor in layer.size))
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
