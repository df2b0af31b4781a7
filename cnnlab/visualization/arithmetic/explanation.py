"""The arithmetic of one value: every product, sum, bias and activation that made it."""

from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Call
from cnnlab.visualization._opened import Opened, open_run
from cnnlab.visualization.arithmetic.pointwise import POINTWISE_LAYERS
from cnnlab.visualization.arithmetic.pooling import POOLING_LAYERS, RESHAPING_LAYERS, source_place
from cnnlab.visualization.arithmetic.steps import Share, Step
from cnnlab.visualization.arithmetic.weighted import convolution, dense, depthwise, separable
from cnnlab.visualization.arithmetic.windows import Span, Window, in_input, in_picture, strides

__all__ = ["Explanation", "Share", "Stage", "Step", "explain", "explain_run"]

KINDS = {
    "Conv2D": convolution,
    "DepthwiseConv2D": depthwise,
    "SeparableConv2D": separable,
    "Dense": dense,
    **POOLING_LAYERS,
    **POINTWISE_LAYERS,
}
Place = tuple[int, ...]


@dataclass(frozen=True)
class Stage:
    """What one layer does for the value.

    Attributes:
        place: (row, column, channel) of the value in a map, (unit,) in a vector.
        reads: Names of the layers it reads; "" stands for the picture.
        steps: The operations, in order; empty for a kind of layer that is not laid open.
        actual: What the model's own tensor says there.
        window: The part of its (first) input that it looks at, zeros around it included; None
            where that is a vector.
        stride: By how much a convolution's window moves, (down, across); None for other layers.
    """

    layer: str
    kind: str
    place: Place
    reads: tuple[str, ...]
    steps: tuple[Step, ...]
    actual: float
    window: Window | None
    stride: tuple[int, int] | None = None

    @property
    def total(self) -> float:
        """What the arithmetic gives; the actual value where none is laid open."""
        return self.steps[-1].total if self.steps else self.actual


@dataclass(frozen=True)
class Explanation:
    """How a value came about: the stages from the last window over values to the value itself.

    Attributes:
        stages: First to last; the last is the layer that was asked for.
        map: The map `(height, width)` the value stands in, or the vector `(n,)`.
        given: The map of the first stage's input that weighs most, `(height, width)`, and
            `channel`, its number; None where that input is a vector.
        picture_window: The part of the picture that the value depends on.
    """

    stages: tuple[Stage, ...]
    map: np.ndarray
    given: np.ndarray | None
    channel: int
    picture_window: Window

    @property
    def value(self) -> float:
        """What the model's own tensor says."""
        return self.stages[-1].actual

    @property
    def total(self) -> float:
        """What the arithmetic gives."""
        return self.stages[-1].total


def explain_run(path: str, image: np.ndarray, layer: str, place: Place) -> Explanation:
    """`explain` of an image `(height, width, channels)` by the run in `path`; in the engine."""
    return explain(open_run(path), image, layer, place)


def explain(opened: Opened, image: np.ndarray, layer: str, place: Place) -> Explanation:
    """Every number on the way to one value of a layer's output.

    Activations, normalizations and the like are followed back to the convolution, dense layer
    or pool whose value they change.

    Args:
        opened: A model laid open.
        image: `(height, width, channels)`, floats in 0..1.
        layer: A layer's name.
        place: (row, column, channel) in a map, (unit,) in a vector.

    Raises:
        LabError: no such layer or place, or a picture of another shape.
    """
    made, picture = opened.activations(image), opened.checked(image)
    number = opened.index(layer)
    place = _checked(opened.calls[number], place)
    stages: list[Stage] = []
    at, here = number, place
    while True:
        call = opened.calls[at]
        inputs = [picture if read == INPUT else made[read] for read in call.reads]
        stages.insert(0, _stage(opened, at, inputs, made[at], here))
        back = _source(call, opened, here)
        if back is None or call.reads[0] == INPUT:
            break
        at, here = call.reads[0], back
    given, channel = _heaviest(stages[0], inputs[0])
    own = (Span(place[0], place[0]), Span(place[1], place[1])) if len(place) == 3 else None
    return Explanation(
        stages=tuple(stages),
        map=made[number][..., place[-1]] if len(place) == 3 else made[number],
        given=given,
        channel=channel,
        picture_window=in_picture(opened, number, own),
    )


def _checked(call: Call, place: Place) -> Place:
    place = tuple(map(int, place))
    if len(place) != len(call.shape) or not all(
        0 <= at < size for at, size in zip(place, call.fixed_shape, strict=True)
    ):
        raise LabError(
            f"{call.name} makes {'x'.join(map(str, call.shape))} values: choose a place inside. "
            f"Received: {place}."
        )
    return place


def _stage(
    opened: Opened, number: int, inputs: list[np.ndarray], made: np.ndarray, place: Place
) -> Stage:
    call = opened.calls[number]
    inputs = [array.astype(np.float64) for array in inputs]
    names = tuple("" if read == INPUT else opened.calls[read].name for read in call.reads)
    return Stage(
        layer=call.name,
        kind=call.kind,
        place=place,
        reads=names,
        steps=tuple(_steps(opened, call, inputs, place) or ()),
        actual=float(made[place]),
        window=_window(call, inputs[0].shape, place),
        stride=strides(call.layer) if call.kind in ("Conv2D", "DepthwiseConv2D") else None,
    )


def _steps(opened: Opened, call: Call, inputs: list[np.ndarray], place: Place) -> list[Step] | None:
    """The operations; None for what is not laid open (other axes, transposed convolutions)."""
    if call.kind not in KINDS or len(place) not in (1, 3) or not _last_axis_is_channel(call):
        return None
    if call.kind == "Dense":
        return dense(call, inputs, place, _flattened(opened, call)) if len(place) == 1 else None
    return KINDS[call.kind](call, inputs, place)


def _last_axis_is_channel(call: Call) -> bool:
    return getattr(call.layer, "data_format", "channels_last") != "channels_first"


def _flattened(opened: Opened, call: Call) -> Place:
    """The shape of the map that a dense layer reads flattened; () if it reads something else."""
    read = call.reads[0]
    while read != INPUT and opened.calls[read].kind in ("Dropout", "Flatten"):
        if opened.calls[read].kind == "Flatten":
            shape = opened.shape_of(opened.calls[read].reads[0])
            return shape if len(shape) == 3 else ()
        read = opened.calls[read].reads[0]
    return ()


def _window(call: Call, given: tuple[int, ...], place: Place) -> Window | None:
    if len(given) != 3:
        return None
    if len(place) != 3:
        return Span(0, given[0] - 1), Span(0, given[1] - 1)
    return in_input(call, given, (Span(place[0], place[0]), Span(place[1], place[1])))


def _source(call: Call, opened: Opened, place: Place) -> Place | None:
    """Where the one value that this layer changes or hands on stands in its input."""
    if len(call.reads) != 1:
        return None
    if call.kind in POINTWISE_LAYERS:
        return place
    if call.kind in RESHAPING_LAYERS:
        return source_place(call, opened.shape_of(call.reads[0]), place)
    return None


def _heaviest(stage: Stage, given: np.ndarray) -> tuple[np.ndarray | None, int]:
    """The input map that gives most to the stage's sum, and its number."""
    if given.ndim != 3:
        return None, 0
    shares = stage.steps[0].shares if stage.steps else ()
    if shares:
        channel = max(shares, key=lambda share: abs(share.total)).channel
    else:
        channel = min(stage.place[-1], given.shape[2] - 1)
    return given[..., channel], channel
