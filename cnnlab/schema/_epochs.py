"""What a training leaves along its way: a row an epoch, points between, norms, confusion."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from cnnlab.schema._reading import Misfit, Within

Epoch = Annotated[int, Within(0, 100_000)]
Positive = Annotated[float, Within(0, 1e12)]
Share = Annotated[float, Within(0, 1)]
Layers = Annotated[tuple[Annotated[str, Within(0, 500)], ...], Within(0, 10_000)]
Numbers = Annotated[tuple[Annotated[float, Within(0, 1e30)], ...], Within(0, 10_000)]
Counts = Annotated[tuple[Annotated[int, Within(0, 10**12)], ...], Within(1, 5_000)]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One finished epoch, counted from 1; a line of `history.csv`.

    Losses may be infinite or no number where a training exploded. `seconds` is the time of the
    whole epoch, `images_per_s` the speed of its training alone.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    seconds: float
    images_per_s: float


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """A moment within epoch `epoch`, counted from 0; a line of `progress.jsonl`.

    `time` is in seconds since 1970; loss and accuracy are the epoch's means so far.
    """

    time: Positive
    epoch: Epoch
    batch: Annotated[int, Within(0, 10**9)]
    batches: Annotated[int, Within(1, 10**9)]
    loss: Annotated[float, Within(-1e30, 1e30)]
    accuracy: Share
    learning_rate: Positive
    images_per_s: Positive


@dataclass(frozen=True, slots=True)
class LayerNorms:
    """Euclidean norms of every layer that learns, front to back, after epoch `epoch` (from 1)."""

    epoch: Epoch
    layers: Layers
    weights: Numbers
    gradients: Numbers

    def sound(self, where: str) -> None:
        """As many norms as layers."""
        if not len(self.layers) == len(self.weights) == len(self.gradients):
            raise Misfit(f"{where}weights", "one number a layer", list(self.weights))


@dataclass(frozen=True, slots=True)
class Confusion:
    """Validation pictures after epoch `epoch` (from 1): `counts[true class][answered class]`."""

    epoch: Epoch
    counts: Annotated[tuple[Counts, ...], Within(1, 5_000)]

    def sound(self, where: str) -> None:
        """A square."""
        if any(len(row) != len(self.counts) for row in self.counts):
            raise Misfit(f"{where}counts", "as many columns as rows", list(self.counts))


@dataclass(frozen=True, slots=True)
class ExampleAnswers:
    """The class each of the run's example pictures was called after epoch `epoch` (from 1)."""

    epoch: Epoch
    answers: Annotated[tuple[Annotated[int, Within(0, 100_000)], ...], Within(0, 100)]


class Ranked(Protocol):
    """What decides between epochs: accuracy and mean loss on the validation part."""

    @property
    def val_accuracy(self) -> float: ...

    @property
    def val_loss(self) -> float: ...


def best_epoch(history: Sequence[Ranked], first: int = 1, by_loss: bool = False) -> int:
    """The epoch, 1-based, with the highest validation accuracy; a tie goes to the lower loss.

    What is no number is worse than any.

    Args:
        history: At least one epoch.
        first: Epochs before it, 1-based, do not count, unless there are no others.
        by_loss: The lowest loss alone decides.
    """
    first = min(first, len(history))
    ranks = [
        (0.0 if by_loss else _known(row.val_accuracy), _known(-row.val_loss))
        for row in history[first - 1 :]
    ]
    return first + ranks.index(max(ranks))


def _known(value: float) -> float:
    """Numbers that are none compare with nothing, so that they would win or lose by chance."""
    return -math.inf if math.isnan(value) else value
