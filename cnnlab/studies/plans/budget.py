"""How small can it get."""

from cnnlab.boards import BOARDS
from cnnlab.errors import LabError
from cnnlab.registry import Knob
from cnnlab.studies import FINALISTS, SHARED, Asked, Draft, study_plan
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._space import Space, cut_into


@study_plan(
    title="How small?",
    axis="budget",
    knobs=(
        Knob(
            "budget",
            "params",
            "What is to be small: parameters, bytes of the int8 file, memory of the feature maps "
            "(ram), or MACs.",
            choices=tuple(AXES),
        ),
        Knob("smallest", 0, "Where the curve begins; 0: as usual for the budget.", 0, 10**12, 1),
        Knob("largest", 0, "Where it ends; 0: as usual for the budget.", 0, 10**12, 1),
        Knob("rungs", 8, "Networks on the curve, evenly apart in factors.", 1, 100, 1),
        Knob(
            "candidates",
            3,
            "Networks tried for each rung; a third of them goes on after each round.",
            1,
            81,
            1,
        ),
        FINALISTS,
        Knob(
            "distill",
            False,
            "Trains the largest rung first and lets it, or the run that is to be shrunk, teach all "
            "the others.",
        ),
        Knob(
            "smaller_pictures",
            True,
            "Also tries pictures half as high and wide, where that is cheaper.",
        ),
        Knob(
            "board",
            "",
            "Only networks count that fit on this board, exported as C in int8: flash and RAM.",
            choices=("", *BOARDS.names()),
        ),
        *SHARED,
    ),
    recipe={"optimizer": "adamw", "learning_rate": 0.02, "weight_decay": 0.01, "ema": 0.99},
)
def budget(
    asked: Asked,
    budget: str,
    smallest: int,
    largest: int,
    rungs: int,
    candidates: int,
    finalists: int,
    distill: bool,
    smaller_pictures: bool,
    board: str,
) -> Draft:
    """Networks from small to large on one cost axis: where does accuracy fall?

    What a network costs is known before it is trained. So the range is cut into rungs, evenly
    apart in factors; for each the networks' own knobs (width, depth, split convolutions, smaller
    pictures) are turned until some fit; successive halving (Jamieson and Talwalkar, 2016,
    arXiv:1502.07943) on validation pictures finds the best of each rung, and they are trained to
    the end.
    """
    axis = AXES[budget]
    smallest, largest = smallest or axis.usual[0], largest or axis.usual[1]
    if smallest > largest:
        raise LabError(f"A range goes from small to large. Received: {smallest:,} to {largest:,}.")
    space = Space(asked, axis, smaller_pictures, board)
    targets = cut_into(smallest, largest, rungs)
    found = [rung for rung in space.rungs(targets, smallest, largest, candidates) if rung]
    if not found:
        raise LabError(_unreachable(asked, axis, space, smallest, largest, board))
    missing = len(targets) - len(found)
    notes = _note(missing, len(targets), axis, _why_not(space, board)) if missing else ()
    return Draft(tuple(found), distill and len(found) > 1, notes, finalists)


def _note(missing: int, wanted: int, axis: Axis, why_not: str) -> tuple[str, ...]:
    are = "are" if missing > 1 else "is"
    reason = f"no setting of the knobs lands there on the axis of {axis.unit}."
    return (f"{missing} of {wanted} rungs {are} left out: {why_not or reason}",)


def _why_not(space: Space, board: str) -> str:
    """Of the networks that do not fit on the board, one that came nearest, and why; or ""."""
    misfits = [(place, why) for place, why in space.misfits.items() if why]
    if not misfits:
        return ""
    _, why = min(misfits, key=lambda one: space.cost(one[0]) or 0)
    return f"what lands there does not fit on {BOARDS[board].title}; the smallest {why}."


def _unreachable(
    asked: Asked, axis: Axis, space: Space, smallest: int, largest: int, board: str
) -> str:
    names = " or ".join(card.title for card in asked.architectures)
    size = "x".join(map(str, asked.input_shape))
    if any(space.misfits.values()):
        why = _why_not(space, board)
        return f"No setting of {names} for pictures of {size} will do: {why}"
    nearest = space.nearest((smallest * largest) ** 0.5)
    if nearest is None:
        return f"{names} cannot be built for pictures of {size}: choose another network."
    return (
        f"No setting of {names} for pictures of {size} has {smallest:,} to "
        f"{axis.words(largest)}: the nearest has {nearest:,.0f}. Choose a range around it."
    )
