"""Which way down is best, from a network that is trained."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cnnlab.errors import LabError
from cnnlab.registry import Knob
from cnnlab.schema import Candidate, Rung
from cnnlab.studies import SHARED, Asked, Draft, study_plan
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._space import cut_into
from cnnlab.studies._ways import Way, by_knobs, by_pictures, by_pruning, taught

LARGEST, SMALLEST = 2, 32  # the usual range: a half to a 32nd of what the run costs


@study_plan(
    title="Which way down?",
    axis="budget",
    of_run=True,
    knobs=(
        Knob("budget", "params", "What is to be small.", choices=tuple(AXES)),
        Knob("smallest", 0, "Where the curves begin; 0: a 32nd of the run.", 0, 10**12, 1),
        Knob("largest", 0, "Where they end; 0: half of the run.", 0, 10**12, 1),
        Knob("rungs", 5, "Sizes on each curve, evenly apart in factors.", 1, 100, 1),
        Knob(
            "alone",
            True,
            "Trains smaller networks from the start: each size knob turned alone (width, depth, "
            "split convolutions), and smaller pictures.",
        ),
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
    alone: bool,
    taught: bool,
    pruned: bool,
) -> Draft:
    """A trained network made smaller in several ways, at equal cost: which of them loses least?

    One thing is turned at a time: each size knob of the network (width, depth, split convolutions
    or not), the size of the pictures, a teacher beside the first of these, and filters pruned from
    the run itself. All train for as many epochs; what is pruned begins with the run's weights, the
    others begin anew.
    """
    axis = AXES[budget]
    smallest, largest = _ends(asked, axis, smallest, largest)
    if smallest > largest:
        raise LabError(f"A range goes from small to large. Received: {smallest:,} to {largest:,}.")
    targets = cut_into(smallest, largest, rungs)
    half = (largest / smallest) ** (0.5 / max(1, rungs - 1)) if largest > smallest else 1.5
    walked = list(_ways(asked, alone, taught, pruned))
    curves = [
        (way, [_nearest(way.networks, axis, one / half, one, one * half) for one in targets])
        for way in walked
    ]
    found = tuple(_interleaved(curves))
    notes = tuple(_left_out(way, axis) for way, networks in curves if not any(networks))
    if not found:
        raise LabError(_nowhere(walked, axis, smallest, largest))
    return Draft(found, False, notes)


def _ends(asked: Asked, axis: Axis, smallest: int, largest: int) -> tuple[int, int]:
    """The range, as usual for this run where it is not given."""
    if smallest and largest:
        return smallest, largest
    own = axis.of(asked.cost_of(asked.architectures[0].name, asked.input_shape, asked.own)) or 1
    return smallest or max(1, own // SMALLEST), largest or max(1, own // LARGEST)


def _ways(asked: Asked, alone: bool, with_teacher: bool, pruned: bool) -> Iterator[Way]:
    turned = list(by_knobs(asked)) if alone or with_teacher else []
    if alone:
        yield from turned
        yield by_pictures(asked)
    if with_teacher:
        first = next((way for way in turned if way.networks), None)
        if first:
            yield taught(first, asked.architectures[0].name)
    if pruned:
        yield by_pruning(asked)


def _nearest(
    networks: Sequence[Candidate], axis: Axis, low: float, target: float, high: float
) -> Candidate | None:
    """The network whose cost comes nearest to a size; None where none lies on its rung."""
    there = [one for one in networks if low <= (axis.of(one.costs) or 0) <= high]
    return min(there, key=lambda one: abs((axis.of(one.costs) or 0) - target), default=None)


def _interleaved(curves: Sequence[tuple[Way, Sequence[Candidate | None]]]) -> Iterator[Rung]:
    """Size by size, all ways to each."""
    for size in range(max((len(networks) for _, networks in curves), default=0)):
        for way, networks in curves:
            if network := networks[size]:
                yield replace(Rung((network,)), title=way.title, size=size)


def _nowhere(walked: Sequence[Way], axis: Axis, smallest: int, largest: int) -> str:
    """Why no way has a point, and what to choose instead."""
    if not walked:
        return "No way down is chosen: switch on at least one of alone, taught and pruned."
    reached = [cost for way in walked for cost in way.reach(axis) or ()]
    if not reached:
        return f"No way leads down from here: {', '.join(way.title for way in walked)}."
    return (
        f"No way leads to {smallest:,} to {axis.words(largest)}: they lead from {min(reached):,} "
        f"to {axis.words(max(reached))}. Choose a range between these."
    )


def _left_out(way: Way, axis: Axis) -> str:
    """Why a way has no point on the curve."""
    reach = way.reach(axis)
    if reach is None:
        return f"Left out, {way.title}: {way.why_not}."
    low, high = reach
    return f"Left out, {way.title}: it leads from {low:,} to {axis.words(high)}, no such size."
