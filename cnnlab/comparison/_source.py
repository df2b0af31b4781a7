"""One comparison of a source: its networks, what was printed of them, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnlab.registry import Card, Registry


@dataclass(frozen=True)
class Way:
    """How the figures of one column came about, where a table has a column for each method.

    Attributes:
        method: The distillation card that is nearest to it here.
        settings: What has to be set on it.
        previous: Whether the level before teaches, and not always the first network.
        levels: The names of the networks it goes down by; empty: all of the table.
        note: How the source's method differs from it.
    """

    method: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    previous: bool = True
    levels: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class PublishedNetwork:
    """One network of a source's comparison.

    Attributes:
        name: What the source calls it.
        architecture: Our rebuild's name; "" where there is none.
        values: By column key, what was printed; absent where the source is silent.
        knobs: Where the rebuild's knobs differ from their defaults.
        teacher: The architecture of the run it is made from; "" where it is trained alone.
        method: How it is made from its teacher: the name of a distillation card.
        epochs: For how long, where it is taught.
    """

    name: str
    architecture: str
    values: Mapping[str, Any]
    knobs: Mapping[str, Any] = field(default_factory=dict)
    teacher: str = ""
    method: str = ""
    epochs: int = 0


@dataclass(frozen=True, kw_only=True)
class Source(Card):
    """One comparison of a source, to be shown with what was measured here beside it.

    Attributes:
        columns: Published columns as (key, heading, kind of `shown`).
        measured: Keys of the columns measured here.
        protocol: Sentences on how the source's figures came about, and how that differs here.
        ways: By the key of an accuracy column, how its figures were made; empty where a table has
            one accuracy for each network.
    """

    dataset: str
    columns: tuple[tuple[str, str, str], ...]
    networks: tuple[PublishedNetwork, ...]
    protocol: tuple[str, ...]
    measured: tuple[str, ...] = ("params", "accuracy")
    ways: Mapping[str, Way] = field(default_factory=dict)


SOURCES: Registry[Source] = Registry("published comparison", Source, "cnnlab.comparison")


PARAMS = ("params", "Parameters", "count")
TEST = ("accuracy", "Test accuracy", "percent")
BEST = ("best_accuracy", "Best epoch, test", "percent")
EPOCH = ("epoch_seconds", "Time per epoch", "seconds")
EPOCHS = ("epochs", "Epochs", "count")
HERE = (
    "Here a fixed tenth of the training pictures chooses the epoch, and the test pictures are "
    "read once, at the end."
)


def networks(
    columns: tuple[tuple[str, str, str], ...], *rows: tuple[Any, ...]
) -> tuple[PublishedNetwork, ...]:
    """(name, architecture, one value per column, None where the source is silent)."""
    keys = [key for key, _, _ in columns]
    return tuple(
        PublishedNetwork(
            name,
            architecture,
            {k: v for k, v in zip(keys, values, strict=True) if v is not None},
        )
        for name, architecture, *values in rows
    )
