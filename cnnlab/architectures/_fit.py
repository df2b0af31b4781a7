"""Which layer an input is too small for, and the smallest input that fits."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cnnlab.architectures._keras import keras
from cnnlab.architectures._parts import GLOBAL_DEPTHWISE
from cnnlab.errors import LabError

if TYPE_CHECKING:
    from cnnlab.architectures import ArchitectureCard

LARGEST = 1024  # pixels a side


def explain(
    card: "ArchitectureCard",
    shape: tuple[int, int, int],
    classes: int,
    knobs: Mapping[str, Any],
    error: ValueError,
) -> LabError:
    """The sentence for an input Keras refused; `error` itself if its size is not the reason."""
    model = _model_that_fits(card, shape, classes, knobs)
    misfit = model and first_misfit(model, shape)
    if not misfit:
        raise error
    layer, received = misfit
    side = smallest_side(model, shape[2])
    height, width, _ = shape
    turned = "With these knobs " if knobs != card.check({}) else ""
    return LabError(
        f"{turned}{card.title} does not fit an input of {height}x{width}: layer {layer.name} "
        f"cannot work on the {received} it would receive; the smallest input that fits is "
        f"{side}x{side}."
    )


def first_misfit(model: "keras.Model", shape: tuple[int, int, int]) -> tuple[Any, str] | None:
    """The first layer which cannot take what an input of `shape` would send it, and what that is.

    Walks the model's shapes alone: nothing is built or computed. None: every layer fits.
    """
    shapes: dict[int, Any] = {id(model.inputs[0]): (None, *shape)}
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        given = layer.input
        if layer.name == GLOBAL_DEPTHWISE:  # as large as its maps are, whatever their size
            shapes[id(layer.output)] = (None, 1, 1, shapes[id(given)][-1])
            continue
        many = isinstance(given, list | tuple)
        received = [shapes[id(tensor)] for tensor in given] if many else shapes[id(given)]
        try:
            shapes[id(layer.output)] = layer.compute_output_shape(received)
        except ValueError:
            sizes = received if many else [received]
            return layer, " and ".join("x".join(map(str, size[1:])) for size in sizes)
    return None


def smallest_side(model: "keras.Model", channels: int) -> int:
    """Pixels a side of the smallest square input every layer of the model fits."""
    for side in range(1, LARGEST + 1):
        if first_misfit(model, (side, side, channels)) is None:
            return side
    raise ValueError(f"{model.name} fits no square input of up to {LARGEST} pixels")


def _model_that_fits(
    card: "ArchitectureCard", shape: tuple[int, int, int], classes: int, knobs: Mapping[str, Any]
) -> "keras.Model | None":
    """The same network at the first larger size Keras accepts; None: no size helps."""
    side = max(card.input_shape[:2])
    while side <= LARGEST:
        try:
            return card.function((side, side, shape[2]), classes, **knobs)
        except ValueError:
            side *= 2
    return None
