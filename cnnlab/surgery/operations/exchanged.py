"""Swap and copy: another filter's weights in the place of this one's."""

from dataclasses import replace

from cnnlab.errors import LabError
from cnnlab.registry import Knob
from cnnlab.surgery._cards import FilterWeights, filter_operation

MOST_FILTERS = 100_000


@filter_operation(
    title="Swap",
    turn=30,
    partner="layer",
    both_ways=True,
    knobs=(
        Knob(
            "other", 1, "The filter of the same layer it changes places with.", 0, MOST_FILTERS, 1
        ),
    ),
)
def swap(own: FilterWeights, other: FilterWeights | None) -> FilterWeights:
    """Two filters change places; the layers behind still expect them where they were.

    Each filter of a depthwise layer goes on reading the channel of its own place.
    """
    return _checked(own, other)


@filter_operation(
    title="Copy from another run",
    turn=80,
    partner="run",
    knobs=(
        Knob("run", "", "The run the filter comes from."),
        Knob("layer", "", "Its layer there; empty: the one of the same name."),
        Knob("other", 0, "Its number there.", 0, MOST_FILTERS, 1),
    ),
)
def copy(own: FilterWeights, other: FilterWeights | None) -> FilterWeights:
    """A filter that another network learned, in the place of this one."""
    taken = _checked(own, other)
    bias = own.bias if taken.bias is None else taken.bias
    return replace(
        taken,
        bias=None if own.bias is None else bias,
        norm={name: taken.norm.get(name, value) for name, value in own.norm.items()},
    )


def _checked(own: FilterWeights, other: FilterWeights | None) -> FilterWeights:
    if other is None or other.kernel.shape != own.kernel.shape:
        there = "none" if other is None else _size(other)
        raise LabError(
            f"Both filters must be of one size: this one is {_size(own)} and the other {there}. "
            "Choose a filter of a layer that is built alike."
        )
    return other


def _size(one: FilterWeights) -> str:
    height, width, channels = one.kernel.shape
    return f"{height}x{width} over {channels} channels"
