"""Which way down is best, from a network that is trained."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cnnlab.compression import PruningCard, first_method, methods
from cnnlab.errors import LabError
from cnnlab.registry import Knob, Value
from cnnlab.schema import Candidate, Costs, Rung
from cnnlab.studies import FINALISTS, SHARED, Asked, Draft, study_plan
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._space import Space, cut_into

ALONE, TAUGHT, PRUNED = "smaller by its knobs", "smaller and taught by it", "pruned"


@study_plan(
    title="Which way down?",
    axis="budget",
    of_run=True,
    knobs=(
        Knob("budget", "params", "What is to be small.", choices=tuple(AXES)),
        Knob("smallest", 0, "Where the curves begin; 0: as usual for the budget.", 0, 10**12, 1),
        Knob("largest", 0, "Where they end; 0: as usual for the budget.", 0, 10**12, 1),
        Knob("rungs", 4, "Sizes on each curve, evenly apart in factors.", 1, 100, 1),
        Knob("candidates", 2, "Networks tried for each size that knobs are turned for.", 1, 81, 1),
        FINALISTS,
        Knob("alone", True, "Trains smaller networks from the start."),
        Knob("taught", True, "Lets the run teach smaller networks."),
        Knob("pruned", True, "Takes filters out of the run's own network and trains it on."),
        *SHARED,
    ),
    recipe={"optimizer": "adamw", "learning_rate": 0.02, "weight_decay": 0.01, "ema": 0.99},
)
def ways(
    asked: Asked,
    budget: str,
    smallest: int,
    largest: int,
    rungs: int,
    candidates: int,
    finalists: int,
    alone: bool,
    taught: bool,
    pruned: bool,
) -> Draft:
    """A trained network made smaller in several ways, at equal cost: which of them loses least?

    Each size is reached by turning the network's knobs (width, depth, split convolutions, smaller
    pictures) and training from the start, by the same with the run as a teacher, and by pruning
    the run itself, which is then trained on for as many epochs as the others.
    """
    axis = AXES[budget]
    smallest, largest = smallest or axis.usual[0], largest or axis.usual[1]
    if smallest > largest:
        raise LabError(f"A range goes from small to large. Received: {smallest:,} to {largest:,}.")
    targets = cut_into(smallest, largest, rungs)

    def turned(pictures: bool) -> Sequence[Rung | None]:
        return Space(asked, axis, pictures).rungs(targets, smallest, largest, candidates)

    curves: list[tuple[str, Sequence[Rung | None]]] = []
    if alone:
        curves.append((ALONE, turned(True)))
    if taught:
        method = first_method("distillation", asked.architectures[0].name).name
        curves.append((TAUGHT, [rung and _by(rung, method) for rung in turned(False)]))
    notes: tuple[str, ...] = ()
    if pruned:
        cuts, why = _cuts(asked, axis)
        bounds = smallest, largest
        curves.append((PRUNED, [_nearest(cuts, axis, one, bounds, rungs) for one in targets]))
        notes = (why,) if why else ()
    found = tuple(_interleaved(curves))
    if not found:
        raise LabError(
            f"No way leads from {smallest:,} to {axis.words(largest)}: choose another range, or "
            "more ways."
        )
    return Draft(found, False, notes, finalists)


def _interleaved(curves: Sequence[tuple[str, Sequence[Rung | None]]]) -> Iterator[Rung]:
    """Size by size, all ways to each."""
    for size in range(max((len(rungs) for _, rungs in curves), default=0)):
        for way, rungs in curves:
            if rung := rungs[size]:
                yield replace(rung, title=way, size=size)


def _by(rung: Rung, method: str) -> Rung:
    return replace(rung, candidates=tuple(replace(one, method=method) for one in rung.candidates))


def _cuts(asked: Asked, axis: Axis) -> tuple[list[Candidate], str]:
    """The run's own network with ever more filters gone; none, and why, where nothing can be."""
    card = next(one for one in methods("pruning") if isinstance(one, PruningCard) and one.removes)
    low, high, step = next(knob for knob in card.knobs if knob.name == "share").scale
    shares = [round(low + step * n, 6) for n in range(int((high - low) / step + 1e-9) + 1)]
    found: list[Candidate] = []
    name = asked.architectures[0].name
    for share in shares:
        settings: dict[str, Value] = {"share": share, "ramp": 0}
        try:
            costs = _cost(asked, card.name, settings)
        except LabError as error:
            return found, "" if found else f"It cannot be pruned: {error}"
        if axis.of(costs):
            found.append(
                Candidate(name, {}, asked.input_shape, costs, method=card.name, settings=settings)
            )
    return found, ""


def _cost(asked: Asked, method: str, settings: dict[str, Value]) -> Costs:
    if asked.cost_of_cut is None:
        raise LabError("Nobody said which run is to be pruned.")
    return asked.cost_of_cut(method, settings)


def _nearest(
    cuts: Sequence[Candidate], axis: Axis, target: float, bounds: tuple[int, int], rungs: int
) -> Rung | None:
    """The cut whose cost comes nearest to a size; None where none lies on its rung."""
    near = min(cuts, key=lambda one: abs((axis.of(one.costs) or 0) - target), default=None)
    if near is None:
        return None
    half = (bounds[1] / bounds[0]) ** (0.5 / max(1, rungs - 1))
    return Rung((near,)) if target / half <= (axis.of(near.costs) or 0) <= target * half else None
