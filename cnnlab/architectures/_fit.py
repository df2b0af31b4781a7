"""Which layer an input is too small for, and the smallest input that fits."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cnnlab.architectures._parts import GLOBAL_DEPTHWISE
from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Graph, Tensor, walk

if TYPE_CHECKING:
    import keras

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
    return _first_misfit(walk(model), shape)


def _first_misfit(graph: Graph, shape: tuple[int, int, int]) -> tuple[Any, str] | None:
    shapes: dict[Tensor, Any] = {Tensor(INPUT): (None, *shape)}
    for call in graph:
        layer: Any = call.layer
        received = [shapes[tensor] for tensor in call.inputs]
        if layer.name == GLOBAL_DEPTHWISE:  # as large as its maps are, whatever their size
            shapes[call.outputs[0]] = (None, 1, 1, received[0][-1])
            continue
        together = isinstance(call.args[0], list)
        try:
            made = layer.compute_output_shape(received if together else received[0])
        except ValueError:
            return layer, " and ".join("x".join(map(str, size[1:])) for size in received)
        shapes[call.outputs[0]] = made
    return None


def smallest_side(model: "keras.Model", channels: int) -> int:
    """Pixels a side of the smallest square input every layer of the model fits."""
    graph = walk(model)
    for side in range(1, LARGEST + 1):
        if _first_misfit(graph, (side, side, channels)) is None:
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
