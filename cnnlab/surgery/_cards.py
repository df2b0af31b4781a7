"""What an operation on a filter is, and what a filter consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cnnlab.registry import FunctionCard, Registry


@dataclass(frozen=True)
class FilterWeights:
    """All weights of one filter of a layer; of a unit of a dense layer likewise.

    Attributes:
        kernel: `(height, width, channels)`; a dense unit's is `(1, 1, inputs)`.
        bias: None where the layer has none.
        norm: Of the batch normalization that directly follows, by name ("gamma", "beta",
            "moving_mean", "moving_variance"); empty where none does.
    """

    kernel: np.ndarray
    bias: float | None = None
    norm: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OperationCard(FunctionCard):
    """An operation on a filter.

    The function takes `(own, other, settings...)`: the filter, another one or None, and the card's
    knobs but those that say which other one; it gives the filter's new weights.

    Attributes:
        partner: Where the other filter is: "" for none, "layer" for one of the same layer (the
            knob `other`), "run" for one of another run (`run`, `layer`, `other`).
        both_ways: The other filter gets what this one had.
        turn: Its place among the operations, the lowest first.
    """

    turn: int
    partner: str = ""
    both_ways: bool = False

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the knobs the function itself takes."""
        naming = {"": (), "layer": ("other",), "run": ("run", "layer", "other")}[self.partner]
        return tuple(knob.name for knob in self.knobs if knob.name not in naming)


FILTER_OPERATIONS: Registry[OperationCard] = Registry(
    "filter operation", OperationCard, "cnnlab.surgery.operations"
)
filter_operation = FILTER_OPERATIONS.register


def all_operations() -> list[OperationCard]:
    """All operations, in the order in which they are offered."""
    return sorted(FILTER_OPERATIONS, key=lambda card: card.turn)
