"""The ways down from one network: one thing is turned at a time, so that curves are comparable."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cnnlab.architectures import ArchitectureCard
from cnnlab.compression import PruningCard, first_method, methods
from cnnlab.errors import LabError
from cnnlab.registry import Knob, Value
from cnnlab.schema import Candidate, Settings
from cnnlab.studies._axes import Axis
from cnnlab.studies._cards import Asked
from cnnlab.studies._space import dial_of, spread, values_of

PICTURES, PRUNED, TAUGHT = "by smaller pictures", "by pruning", " with a teacher"
_MOST, _CUTS = 16, 10  # networks looked at on each way; a cut takes a third of a second
_PARTS, _LEAST_PARTS, _LEAST_SIDE = 8, 3, 8  # pictures of 7/8 to 3/8 of the side


@dataclass(frozen=True)
class Way:
    """One way down: what it is called, the networks along it, and why there are none."""

    title: str
    networks: tuple[Candidate, ...]
    why_not: str = ""

    def reach(self, axis: Axis) -> tuple[int, int] | None:
        """The least and the greatest cost on it."""
        costs = [cost for one in self.networks if (cost := axis.of(one.costs))]
        return (min(costs), max(costs)) if costs else None


def by_knobs(asked: Asked) -> Iterator[Way]:
    """Each size knob of the network alone, all else as it is; its dial first."""
    for card in asked.architectures:
        first = card is asked.architectures[0]
        own = _all_knobs(card, asked.own if first else {})
        of_card = "" if first else f"{card.title} "
        dial = dial_of(card)
        sizes = [knob for knob in card.knobs if knob.sizes]
        for knob in sorted(sizes, key=lambda knob: (knob is not dial, not knob.step)):
            if knob.step:
                title = f"{of_card}by {knob.label.lower()}"
                settings = [own | {knob.name: value} for value in _down(knob, own)]
            elif dial is not None:
                other = not own[knob.name]
                title = f"{of_card}by {dial.label.lower()} with {knob.label.lower()} "
                title += "on" if other else "off"
                turned = [*_down(dial, own), own[dial.name]]
                settings = [own | {knob.name: other, dial.name: value} for value in turned]
            else:
                continue
            places = [(asked.input_shape, values) for values in settings]
            yield Way(title, _built(asked, card, places), "stands at its least already")


def by_pictures(asked: Asked) -> Way:
    """The same network on pictures that are less high and wide."""
    card = asked.architectures[0]
    height, width, channels = asked.input_shape
    sides = [
        (height * part // _PARTS, width * part // _PARTS, channels)
        for part in range(_LEAST_PARTS, _PARTS)
    ]
    own = _all_knobs(card, asked.own)
    places = [(side, own) for side in sides if min(side[:2]) >= _LEAST_SIDE]
    return Way(PICTURES, _built(asked, card, places), "the pictures are as small as can be")


def taught(way: Way, architecture: str) -> Way:
    """The networks of a way, with the run as their teacher."""
    method = first_method("distillation", architecture).name
    networks = tuple(replace(one, method=method) for one in way.networks)
    return Way(way.title + TAUGHT, networks, way.why_not)


def by_pruning(asked: Asked) -> Way:
    """The run's own network with ever more filters gone."""
    card = next(one for one in methods("pruning") if isinstance(one, PruningCard) and one.removes)
    every = values_of(next(knob for knob in card.knobs if knob.name == "share"))
    shares = spread(every, _CUTS)
    first = asked.architectures[0]
    own = _all_knobs(first, asked.own)
    found: list[Candidate] = []
    for share in shares:
        settings: dict[str, Value] = {"share": share, "ramp": 0}
        try:
            if asked.cost_of_cut is None:
                raise LabError("nobody said which run is to be pruned.")
            costs = asked.cost_of_cut(card.name, settings)
        except LabError as error:
            return Way(PRUNED, tuple(found), f"cannot be: {error}")
        found.append(
            Candidate(
                first.name, own, asked.input_shape, costs, method=card.name, settings=settings
            )
        )
    return Way(PRUNED, tuple(found))


def _all_knobs(card: ArchitectureCard, own: Settings) -> dict[str, Value]:
    """The network's knobs where nothing is turned: the run's own, else the usual ones."""
    return {knob.name: knob.default for knob in card.knobs} | dict(own)


def _down(knob: Knob, own: Settings) -> Sequence[Value]:
    """Values of a number below the network's own."""
    here = float(own[knob.name])
    return spread([value for value in values_of(knob) if float(value) < here], _MOST)


def _built(
    asked: Asked,
    card: ArchitectureCard,
    places: Iterable[tuple[tuple[int, int, int], Settings]],
) -> tuple[Candidate, ...]:
    """Those that are networks, with what they cost."""
    found = []
    for picture, knobs in places:
        try:
            costs = asked.cost_of(card.name, picture, knobs)
        except LabError:  # too small a picture for so many layers
            continue
        found.append(Candidate(card.name, knobs, picture, costs))
    return tuple(found)
