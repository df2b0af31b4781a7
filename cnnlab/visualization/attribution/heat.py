"""Where in a picture did the network see a class: any of the registered methods, side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import Call
from cnnlab.visualization import ATTRIBUTIONS
from cnnlab.visualization._calls import ACTIVATIONS
from cnnlab.visualization._opened import Opened, open_run

FOLLOWERS = (*ACTIVATIONS, "BatchNormalization", "LayerNormalization")


@dataclass(frozen=True)
class HeatMap:
    """One method's heat map `(height, width)` of the picture, for one class."""

    method: str
    values: np.ndarray


@dataclass(frozen=True)
class Attributions:
    """What several methods say of one picture.

    Attributes:
        probabilities: `(classes,)`, what the network says of the picture.
        label: The class the maps are for.
        layer: The layer Grad-CAM looked at; "" where the network has no maps.
        usual_layer: The one it looks at where none is named.
        cells: (rows, columns) of that layer's maps.
        layers: Names of all layers that could be looked at, front to back.
        heats: One per method, in the order asked for.
        refused: Why a method has no map here: method -> sentence.
    """

    probabilities: np.ndarray
    label: int
    layer: str
    usual_layer: str
    cells: tuple[int, int]
    layers: tuple[str, ...]
    heats: tuple[HeatMap, ...]
    refused: dict[str, str]


def attribute_run(
    path: str,
    image: np.ndarray,
    methods: Sequence[str],
    label: int | None = None,
    layer: str | None = None,
) -> Attributions:
    """`attribute` of an image `(height, width, channels)` by the run in `path`; in the engine."""
    return attribute(open_run(path), image, methods, label, layer)


def attribute(
    opened: Opened,
    image: np.ndarray,
    methods: Sequence[str],
    label: int | None = None,
    layer: str | None = None,
) -> Attributions:
    """Heat maps of one picture.

    Args:
        opened: A model laid open.
        image: `(height, width, channels)`, floats in 0..1.
        methods: Keys of `ATTRIBUTIONS`.
        label: Class index, 0-based; None takes the most probable.
        layer: Whose maps Grad-CAM weights; None takes the last convolution.

    Raises:
        LabError: an unknown method or class, or a layer without maps.
    """
    image = opened.checked(image)
    probabilities = opened.probabilities(image[None])[0]
    label = int(probabilities.argmax()) if label is None else label
    if not 0 <= label < len(probabilities):
        raise LabError(
            f"The network knows classes 0 to {len(probabilities) - 1}. Received: {label}."
        )
    names = layers_with_maps(opened)
    usual = chosen_layer(opened, None)
    number = usual if layer is None else chosen_layer(opened, layer)
    heats, refused = [], {}
    for method in methods:
        card = ATTRIBUTIONS[method]
        if card.by_layer and number is None:
            refused[method] = (
                f"{card.title} weights the maps of a convolution, and this network has none: "
                "choose another method."
            )
            continue
        heats.append(HeatMap(method, card.function(opened, image, label, number)))
    return Attributions(
        probabilities=probabilities,
        label=label,
        layer="" if number is None else opened.calls[number].name,
        usual_layer="" if usual is None else opened.calls[usual].name,
        cells=(0, 0) if number is None else _cells(opened.calls[number]),
        layers=names,
        heats=tuple(heats),
        refused=refused,
    )


def layers_with_maps(opened: Opened) -> tuple[str, ...]:
    """Names of the layers from the first convolution on whose maps have more than one cell."""
    found = [i for i, call in enumerate(opened.calls) if "Conv" in call.kind]
    start = found[0] if found else len(opened.calls)
    return tuple(
        call.name for call in opened.calls[start:] if call.is_map and math.prod(_cells(call)) > 1
    )


def _cells(call: Call) -> tuple[int, int]:
    """(rows, columns) of the maps a call makes."""
    rows, columns, _ = call.fixed_shape
    return rows, columns


def chosen_layer(opened: Opened, layer: str | None) -> int | None:
    """The number of the named layer; of the last convolution's end by default; None: no maps.

    Raises:
        LabError: the named layer has no maps; the message lists those that have.
    """
    names = layers_with_maps(opened)
    if layer is not None:
        if layer not in names:
            raise LabError(f"{layer!r} has no maps to weight; these have: {', '.join(names)}.")
        return opened.index(layer)
    usable = {opened.index(name) for name in names}
    last = [i for i in usable if "Conv" in opened.calls[i].kind]
    return _end_of_block(opened, max(last)) if last else None


def _end_of_block(opened: Opened, number: int) -> int:
    """Past the normalization and activation right behind a convolution."""
    readers = opened.readers(number)
    while len(readers) == 1 and opened.calls[readers[0]].kind in FOLLOWERS:
        number = readers[0]
        readers = opened.readers(number)
    return number
