"""The kinds of compression, where rooms below `cnnlab.compression` can ask them, too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.registry import Card, Registry

if TYPE_CHECKING:
    import keras

    from cnnlab import datasets
    from cnnlab.runs import Run

    Make = Callable[[Run, Callable[..., None], datasets.Data], keras.Model]


@dataclass(frozen=True, kw_only=True)
class KindCard(Card):
    """A kind of compression.

    Attributes:
        verb: Its word on the command line; the form on the page is the file of that name.
        turn: Its place among the kinds, the lowest first.
        make: Carries out a run of this kind in a worker: `(run, report, data)`, to the model.
            None where its runs are of another kind.
        trains: Whether its runs are trained, so that their command names training settings.
        new_network: Whether the reader chooses the network that is made. It has weights of its
            own; every other kind goes on with its parent's.
        adjective: What a run made so is called: "pruned"; "" where its method says more.
    """

    verb: str
    turn: int
    make: "Make | None" = None
    trains: bool = True
    new_network: bool = False
    adjective: str = ""


KINDS: Registry[KindCard] = Registry("kind of compression", KindCard, "cnnlab.compression")
