"""Networks of a wanted cost: the size knobs of some architectures, turned until they fit."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from cnnlab.architectures import ArchitectureCard
from cnnlab.errors import LabError
from cnnlab.registry import Knob, Value
from cnnlab.schema import Candidate, Costs, Rung, Settings
from cnnlab.studies._axes import Axis
from cnnlab.studies._cards import Asked

T = TypeVar("T")
_MOST_OPTIONS, _MOST_SHAPES = 16, 48
_TRIED = 4  # shapes tried beyond those wanted, where some do not fit
_TRIED_ON_BOARDS = 12  # smaller pictures may fit where others do not
_LEAST_SIDE = 16  # smaller pictures are not made smaller still


class Place(NamedTuple):
    """One network: architecture, picture, and all its size knobs."""

    architecture: str
    input_shape: tuple[int, int, int]
    knobs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Shape:
    """A network whose size knobs are all set but one, the dial."""

    card: ArchitectureCard
    input_shape: tuple[int, int, int]
    knobs: tuple[tuple[str, Value], ...]
    dial: Knob | None

    def at(self, value: Value | None = None) -> Place:
        """The network with its dial there; None: where it usually stands."""
        if self.dial is None:
            return Place(self.card.name, self.input_shape, self.knobs)
        turned = (self.dial.name, self.dial.default if value is None else value)
        return Place(self.card.name, self.input_shape, (*self.knobs, turned))


class Space:
    """All networks the size knobs reach, and what they cost on one axis."""

    def __init__(
        self, asked: Asked, axis: Axis, smaller_pictures: bool = True, board: str = ""
    ) -> None:
        """With a `board` only networks count that fit on it; others and why are `misfits`."""
        self._asked, self._axis, self._board = asked, axis, board
        self._known: dict[Place, Costs | None] = {}
        self.misfits: dict[Place, str] = {}
        self._shapes = [
            shape
            for card in asked.architectures
            for picture in self._pictures(card, smaller_pictures)
            for shape in shapes(
                card, picture, asked.own if card is asked.architectures[0] else None
            )
        ]

    def rungs(
        self, targets: Sequence[float], smallest: float, largest: float, wanted: int
    ) -> list[Rung | None]:
        """For each target, cheapest first, up to `wanted` networks of different shapes.

        A rung reaches half way (in factors) to its neighbors, the first and the last to the ends
        of the range. None: no network is there.
        """
        middles = [math.sqrt(a * b) for a, b in itertools.pairwise(targets)]
        bounds = [smallest, *middles, largest]
        return [
            self._rung(target, low, high, wanted)
            for target, (low, high) in zip(targets, itertools.pairwise(bounds), strict=True)
        ]

    def nearest(self, cost: float) -> float | None:
        """The cost of a network that comes nearest to one; None where none can be built."""
        found = [value for place in self._known if (value := self.cost(place))]
        return min(found, key=lambda value: _apart(value, cost), default=None)

    def cost(self, place: Place) -> float | None:
        """On the axis; None where there is no such network."""
        costs = self._costs(place)
        return None if costs is None else self._axis.of(costs)

    def _pictures(self, card: ArchitectureCard, smaller: bool) -> list[tuple[int, int, int]]:
        """The pictures as they are, and half as high and wide where that costs less."""
        height, width, channels = self._asked.input_shape
        half = (height // 2, width // 2, channels)
        if not smaller or min(half[:2]) < _LEAST_SIDE // 2:
            return [self._asked.input_shape]
        whole, less = (
            self.cost(Place(card.name, shape, ())) for shape in (self._asked.input_shape, half)
        )
        cheaper = whole is not None and less is not None and less < 0.9 * whole
        return [self._asked.input_shape, half] if cheaper else [self._asked.input_shape]

    def _rung(self, target: float, low: float, high: float, wanted: int) -> Rung | None:
        """The shapes that come nearest as they usually are come first."""

        def distance(shape: Shape) -> float:
            cost = self.cost(shape.at())
            return math.inf if cost is None else _apart(cost, target)

        found: list[Place] = []
        tried = wanted + (_TRIED_ON_BOARDS if self._board else _TRIED)
        for shape in sorted(self._shapes, key=distance)[:tried]:
            place = self._turned(shape, target)
            cost = None if place is None else self.cost(place)
            if place and cost and low <= cost <= high and place not in found and self._fits(place):
                found.append(place)
            if len(found) == wanted:
                break
        return Rung(tuple(map(self._candidate, found))) if found else None

    def _fits(self, place: Place) -> bool:
        """Whether it runs on the board; asked last, for a network has to be converted for it."""
        if not self._board:
            return True
        if place not in self.misfits:
            how = place.architecture, place.input_shape, dict(place.knobs)
            self.misfits[place] = self._asked.misfit_of(*how, self._board)
        return not self.misfits[place]

    def _turned(self, shape: Shape, target: float) -> Place | None:
        """The shape with its dial where its cost is nearest to the target; costs grow with it."""
        if shape.dial is None:
            return shape.at()
        values = values_of(shape.dial)
        first, last = 0, len(values) - 1
        while first < last:
            middle = (first + last) // 2
            cost = self.cost(shape.at(values[middle]))
            if cost is None:
                return None
            first, last = (middle + 1, last) if cost < target else (first, middle)
        near = [shape.at(values[n]) for n in {max(0, first - 1), first}]
        known = [(_apart(cost, target), place) for place in near if (cost := self.cost(place))]
        return min(known, key=lambda one: one[0])[1] if known else None

    def _costs(self, place: Place) -> Costs | None:
        if place not in self._known:
            self._known[place] = None
            try:
                costs = self._asked.cost_of(
                    place.architecture, place.input_shape, dict(place.knobs)
                )
            except LabError:  # too small a picture for so many layers: not a network
                return None
            self._known[place] = costs
        return self._known[place]

    def _candidate(self, place: Place) -> Candidate:
        costs = self._costs(place)
        assert costs is not None
        return Candidate(place.architecture, dict(place.knobs), place.input_shape, costs)


def cut_into(smallest: int, largest: int, count: int) -> list[float]:
    """Evenly apart in factors; both ends among them."""
    if smallest == largest or count == 1:
        return [float(largest)]
    factor = (largest / smallest) ** (1 / (count - 1))
    return [smallest * factor**n for n in range(count - 1)] + [float(largest)]


def shapes(
    card: ArchitectureCard, picture: tuple[int, int, int], own: Settings | None = None
) -> Iterator[Shape]:
    """All settings of the size knobs but the dial; a spread of them where there are many.

    Knobs that change no size stand where the run has them whose network this is: `own`.
    """
    dial = dial_of(card)
    rest = [knob for knob in card.knobs if knob.sizes and knob is not dial]
    settings = list(itertools.product(*(_options(knob) for knob in rest)))
    kept = {knob.name: knob.default for knob in card.knobs if not knob.sizes}
    others = [(name, value) for name, value in (own or {}).items() if name in kept]
    changed = [(name, value) for name, value in others if value != kept[name]]
    for values in spread(settings, _MOST_SHAPES):
        named = zip((knob.name for knob in rest), values, strict=True)
        yield Shape(card, picture, (*changed, *named), dial)


def dial_of(card: ArchitectureCard) -> Knob | None:
    """The size knob with most values: turned last, it comes nearest to a wanted cost."""
    dials = [knob for knob in card.knobs if knob.sizes and knob.step]
    return max(dials, key=lambda knob: len(values_of(knob)), default=None)


def _options(knob: Knob) -> list[Value]:
    if knob.step:
        return spread(values_of(knob), _MOST_OPTIONS)
    return list(knob.options) or [knob.default, not knob.default]


def values_of(knob: Knob) -> list[Value]:
    """Every legal value of a number, lowest first."""
    low, high, step = knob.scale
    kind = type(knob.default)
    return [kind(round(low + n * step, 9)) for n in range(int((high - low) / step + 1e-9) + 1)]


def spread(items: Sequence[T], most: int) -> list[T]:
    """At most so many of them, evenly apart, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[round(n * (len(items) - 1) / (most - 1))] for n in range(most)]


def _apart(one: float, other: float) -> float:
    """How far two costs are from each other, as a logarithm."""
    return abs(math.log(max(one, 1e-9) / max(other, 1e-9)))
