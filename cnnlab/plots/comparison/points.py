"""What stands in a chart of accuracy against cost, and how it looks."""

from collections.abc import Sequence
from typing import NamedTuple

from cnnlab.plots._style import PALETTE

_DASHES = ("solid", "dash", "dot")
_SYMBOLS = ("circle", "square", "cross")


class Mark(NamedTuple):
    """How one run looks in every chart of the page."""

    color: str
    dash: str
    symbol: str


def mark(index: int) -> Mark:
    """The look of the run at `index`; two of twenty never look the same."""
    again = index // len(PALETTE)
    return Mark(PALETTE[index % len(PALETTE)], _DASHES[again % 3], _SYMBOLS[again % 3])


class Point(NamedTuple):
    """One model: cost on the horizontal axis, accuracy and its interval (0..1), look, words.

    `ladder` is the title of the ladder it is a rung of: a line joins the rungs, and where they
    are `alike` that line's name is all there is of them in the legend. `study` is the study it was
    trained for: a line joins those that no cheaper one of the same study beats.
    """

    name: str
    cost: float
    accuracy: float
    interval: tuple[float, float] | None
    mark: Mark
    words: str
    ladder: str = ""
    alike: bool = False
    study: str = ""


class Published(NamedTuple):
    """A figure as its source printed it: never measured here."""

    name: str
    cost: float
    accuracy: float
    words: str


def height(accuracy: float, errors: bool) -> float:
    """Where a share of right answers stands: itself, or the share of mistakes."""
    # A logarithm has no place for zero: no mistakes at all are drawn as one in a million.
    return max(1 - accuracy, 1e-6) if errors else accuracy


def front_places(accuracies: Sequence[float]) -> list[int]:
    """Places of those above all that stand before them, of accuracies cheapest first."""
    places, best = [], -1.0
    for place, accuracy in enumerate(accuracies):
        if accuracy > best:
            places.append(place)
            best = accuracy
    return places
