"""Which part of its input, and of the picture, one value of a map depends on.

Exact for the windows of convolutions and pools with their padding; a layer of a kind not known
here is taken to see everything. Rows and columns may lie outside where the layer pads with zeros.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

from cnnlab.keras_graph import ELEMENTWISE, INPUT, Call
from cnnlab.visualization._opened import Opened

POINTWISE = (
    *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Dropout", "SpatialDropout2D"),
    *("GaussianNoise", "GaussianDropout", "BatchNormalization", "LayerNormalization", "Rescaling"),
    *(
        "Normalization",
        "Add",
        "Subtract",
        "Multiply",
        "Average",
        "Maximum",
        "Minimum",
        "Concatenate",
        "Identity",
    ),
)
ADAPTIVE_POOLS = ("AdaptiveAveragePooling2D", "AdaptiveMaxPooling2D")


@dataclass(frozen=True)
class Span:
    """Places `first` to `last`, both included, along the height or the width."""

    first: int
    last: int

    def within(self, size: int) -> "Span":
        """The part that lies in `0..size - 1`; one place at least."""
        first = min(max(self.first, 0), size - 1)
        return Span(first, min(max(self.last, first), size - 1))

    def with_(self, other: "Span") -> "Span":
        """Both and what lies between them."""
        return Span(min(self.first, other.first), max(self.last, other.last))

    @property
    def length(self) -> int:
        """How many places."""
        return self.last - self.first + 1


Window = tuple[Span, Span]  # rows, columns


def whole(shape: tuple[int, ...]) -> Window:
    """All of a map `(height, width, channels)`."""
    return Span(0, shape[0] - 1), Span(0, shape[1] - 1)


def strides(layer: Any) -> tuple[int, int]:
    """(down, across); a pool without strides moves by its own size."""
    return pair(layer.strides or layer.pool_size)


def pair(value: Any) -> tuple[int, int]:
    """(height, width) of a setting that may be one number for both."""
    return tuple(value) if isinstance(value, list | tuple) else (value, value)


def kernel(layer: Any) -> tuple[int, int]:
    """(height, width) of the window a convolution or pool looks through, undilated."""
    return pair(getattr(layer, "kernel_size", None) or layer.pool_size)


def padding_before(layer: Any, given: tuple[int, ...]) -> tuple[int, int]:
    """Zeros above and to the left of an input `(height, width, channels)`."""
    if layer.padding != "same":
        return 0, 0
    needed = []
    dilation = pair(getattr(layer, "dilation_rate", 1))
    for size, k, s, d in zip(given, kernel(layer), strides(layer), dilation, strict=False):
        reach = (k - 1) * d + 1
        needed.append(max((ceil(size / s) - 1) * s + reach - size, 0) // 2)
    return needed[0], needed[1]


def in_input(call: Call, given: tuple[int, ...], window: Window) -> Window:
    """What a window of a call's output looks at in its input of shape `given`, zeros included."""
    layer, kind = call.layer, call.kind
    if kind in POINTWISE or kind in ELEMENTWISE:
        return window
    if kind in ADAPTIVE_POOLS:
        rows, columns = (
            Span(span.first * size // made, -(-(span.last + 1) * size // made) - 1)
            for span, size, made in zip(window, given, call.fixed_shape, strict=False)
        )
        return rows, columns
    if kind == "ZeroPadding2D":
        return _shifted(window, [-before for before, _ in layer.padding])
    if kind == "Cropping2D":
        return _shifted(window, [before for before, _ in layer.cropping])
    if kind == "UpSampling2D":
        rows, columns = (
            Span(span.first // f, span.last // f)
            for span, f in zip(window, pair(layer.size), strict=True)
        )
        return rows, columns
    if kind not in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D") and not (
        kind.endswith("Pooling2D") and not kind.startswith("Global")
    ):
        return whole(given)
    dilation = pair(getattr(layer, "dilation_rate", 1))
    settings = zip(
        window, kernel(layer), strides(layer), dilation, padding_before(layer, given), strict=True
    )
    rows, columns = (
        Span(span.first * s - p, span.last * s - p + (k - 1) * d) for span, k, s, d, p in settings
    )
    return rows, columns


def in_picture(opened: Opened, number: int, window: Window | None) -> Window:
    """The part of the picture that a window of call `number`'s output depends on.

    `window` is None for a layer that makes a vector.
    """
    wanted: dict[int, Window | None] = {number: window}
    for later in range(number, -1, -1):
        if later not in wanted:
            continue
        call = opened.calls[later]
        for read in dict.fromkeys(call.reads):
            part = _part(call, opened.shape_of(read), wanted[later])
            known = wanted.get(read)
            wanted[read] = _both(known, part) if known and part else part
    return wanted.get(INPUT) or whole(opened.input_shape)


def _part(call: Call, given: tuple[int, ...], window: Window | None) -> Window | None:
    """What a window of a call's output needs of one of its inputs, inside its borders."""
    if len(given) != 3:
        return None
    if window is None or not call.is_map:
        return whole(given)
    rows, columns = in_input(call, given, window)
    return rows.within(given[0]), columns.within(given[1])


def _both(one: Window, other: Window) -> Window:
    return one[0].with_(other[0]), one[1].with_(other[1])


def _shifted(window: Window, offsets: list[int]) -> Window:
    rows, columns = (
        Span(span.first + by, span.last + by) for span, by in zip(window, offsets, strict=True)
    )
    return rows, columns
