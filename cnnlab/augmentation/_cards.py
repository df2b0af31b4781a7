"""What an augmentation is made of, operations, and what one starts from, presets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab.registry import Card, FunctionCard, Registry, Value


@dataclass
class Batch:
    """What an operation changes.

    Attributes:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1.
        y: One-hot labels `(n, classes)`, float32.
        partners: Index of the picture that each is to be blended with, by an operation that
            blends; None lets it draw them.
    """

    x: np.ndarray
    y: np.ndarray
    partners: np.ndarray | None = None


def _any_labels(labels: Sequence[str]) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class OperationCard(FunctionCard):
    """One kind of change to the pictures of a batch.

    The function takes a `Batch`, the values of all knobs and the batch's random numbers, and
    returns a new `Batch`; it is called where any of the card's own knobs is switched on.
    `turn` is its place in the order in which operations are done, the lowest first. `accepts`
    says of a dataset's labels whether it has a meaning for them, and `needs` in words which do.
    """

    turn: int
    accepts: Callable[[Sequence[str]], bool] = _any_labels
    needs: str = ""

    def on(self, values: Mapping[str, Any]) -> bool:
        """Whether one of its knobs asks for anything."""
        return any(values.get(knob.name) for knob in self.knobs)


@dataclass(frozen=True, kw_only=True)
class Preset(Card):
    """A published or proven recipe.

    `settings` are some of the operations' knobs. The preset that suits one kind of pictures best
    says so: `usual_for` is that `preparation`.
    """

    settings: Mapping[str, Value]
    usual_for: str = ""


OPERATIONS: Registry[OperationCard] = Registry(
    "augmentation operation", OperationCard, "cnnlab.augmentation"
)
operation = OPERATIONS.register
PRESETS: Registry[Preset] = Registry("augmentation", Preset, "cnnlab.augmentation")


def operations() -> list[OperationCard]:
    """All operations, in the order in which they are done."""
    return sorted(OPERATIONS, key=lambda card: card.turn)
