"""From what was asked to a plan: costs and times first, training later. Runs where Keras is."""

import bisect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cnnlab import datasets, jobs, recipe, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression import METHODS, PruningCard, planning
from cnnlab.errors import LabError
from cnnlab.schema import Candidate, Costs, Rung, Settings, StudyPlan
from cnnlab.studies._axes import AXES
from cnnlab.studies._cards import STUDIES, Asked, StudyCard
from cnnlab.studies._timing import EPOCH_S, scheduled

TIMED = 4  # networks, evenly among all by MACs; each takes about a second
_FEW = 100  # validation pictures: with fewer, chance chooses
# A moving average of weights needs a training that is so many times as long as its memory: after
# fewer steps much of it is still the random start.
_MEMORIES = 10


@dataclass(frozen=True)
class Request:
    """What a reader asks of a study; all plain data.

    Attributes:
        kind: A key of `STUDIES`.
        settings: Some of the kind's knobs.
        training: Some of `recipe.KNOBS`, over the kind's own.
        input_shape: None: the dataset's, or the first network's own on a dataset it was made for.
        parent: The run whose network it begins with.
    """

    dataset: str
    architectures: tuple[str, ...]
    kind: str = "budget"
    settings: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    input_shape: tuple[int, int, int] | None = None
    parent: str = ""


def planned(request: Request) -> StudyPlan:
    """All runs of a study, decided before the first.

    Raises:
        LabError: an unknown name, a range no network reaches, a dataset too small for three
            parts, or too few minutes.
    """
    card, settings = STUDIES[request.kind], checked(request)
    if card.of_run:
        request = _about_run(request, card)
    networks = [ARCHITECTURES[name] for name in request.architectures]
    if not networks:
        raise LabError("A study needs at least one network: name an architecture.")
    data = datasets.DATASETS[request.dataset]
    shape = request.input_shape or recipe.own_shape(networks[0], data)
    training = recipe.check(dict(card.recipe) | dict(request.training), request.dataset)
    pictures, few = _parts(data, int(training["train_limit"]))
    own = {key: value for key, value in settings.items() if key not in ("minutes", "seeds")}
    asked = _asked(request, shape, bool(card.axis) and AXES[str(settings[card.axis])].int8)
    draft = card.function(asked, **own)
    batch_size, seeds = int(training["batch_size"]), int(settings["seeds"])
    rungs = _paced(draft.rungs, len(data.labels), pictures, batch_size)
    enough = recipe.epochs_of(recipe.ENOUGH_STEPS, pictures, batch_size)
    plan = scheduled(
        *(rungs, int(training["epochs"]), seeds, float(settings["minutes"]), jobs.slots()),
        *(draft.finalists, enough),
    )
    steps = plan.epochs * recipe.steps_of(pictures, batch_size)
    if steps * (1 - float(training["ema"])) < _MEMORIES:
        training["ema"] = 0.0
    return StudyPlan(
        rungs=tuple(replace(r, candidates=r.candidates[: plan.candidates]) for r in rungs),
        recipe=recipe.of_settings(training | {"epochs": plan.epochs}),
        rounds=plan.rounds,
        seeds=seeds,
        teacher=draft.teacher,
        seconds=plan.seconds,
        notes=(_paces(plan.epochs, steps, int(training["epochs"]), enough), *draft.notes, *few),
        finalists=plan.finalists,
    )


def _about_run(request: Request, card: StudyCard) -> Request:
    """The same of a run: its network first, whatever others were named.

    Raises:
        LabError: no run is named, or pictures that it was not trained on.
    """
    if not request.parent:
        raise LabError(
            f"{card.title!r} is about a trained run: name it (--run), or begin on its page, at "
            "How small can it get?"
        )
    run = runs.find(request.parent)
    planning.check_parent(run)
    own = datasets.stand_in(run.config.dataset)
    if request.dataset != own:
        raise LabError(
            f"{card.title!r} holds {run.name} against smaller ones on the pictures it was trained "
            f"on: choose {datasets.DATASETS[own].title} as dataset, or another question than "
            f"{card.title!r}."
        )
    return replace(request, architectures=(run.config.architecture, *request.architectures))


def _paces(epochs: int, steps: int, asked: int, enough: int) -> str:
    """How long each winner learns, in steps, and the way out where that is short.

    Args:
        epochs: Planned.
        steps: In all of them.
        asked: Epochs, where there is time.
        enough: Epochs after which accuracy stays.
    """
    words = f"Each network takes {steps:,} steps ({epochs:,} {'epochs' if epochs > 1 else 'epoch'})"
    if epochs >= enough:
        return f"{words}."
    out = "give it more minutes or fewer rungs" if epochs < asked else f"set epochs to {enough:,}"
    return f"{words}, where small networks need about {recipe.ENOUGH_STEPS:,}: {out}."


def checked(request: Request) -> dict[str, Any]:
    """The kind's settings, complete."""
    return STUDIES[request.kind].check(request.settings)


def _asked(request: Request, shape: tuple[int, int, int], int8: bool) -> Asked:
    from cnnlab.studies import _costs

    classes = len(datasets.DATASETS[request.dataset].labels)

    def cost_of(name: str, picture: tuple[int, int, int], knobs: Settings) -> Costs:
        return _costs.costs(name, picture, classes, knobs, int8)

    networks = tuple(ARCHITECTURES[name] for name in dict.fromkeys(request.architectures))
    cut, own = None, _own_knobs(request)
    if STUDIES[request.kind].of_run:
        cut = _costs.of_cuts(request.parent, int8)

    def misfit_of(name: str, picture: tuple[int, int, int], knobs: Settings, board: str) -> str:
        return _costs.misfit(name, picture, classes, knobs, board)

    return Asked(request.dataset, networks, shape, classes, cost_of, cut, misfit_of, own)


def _own_knobs(request: Request) -> Settings:
    """The knobs of the run it begins with, where that is of the first network."""
    if not request.parent:
        return {}
    config = runs.find(request.parent).config
    return config.knobs if config.architecture == request.architectures[0] else {}


def _parts(data: datasets.DatasetCard, limit: int) -> tuple[int, tuple[str, ...]]:
    """Training pictures an epoch, and a word where few pictures choose.

    Raises:
        LabError: not every class has a picture in training, validation and test part.
    """
    parts = datasets.read(data)
    held_out = parts.y_validation
    for number, label in enumerate(parts.labels):
        train, test = (int((part == number).sum()) for part in (parts.y_train, parts.y_test))
        other = None if held_out is None else int((held_out == number).sum())
        if train + (other or 0) < 2 or not train or not test or other == 0:
            raise LabError(
                f"{data.title} is too small for three parts: {label!r} has {train} training and "
                f"{test} test pictures, and a study needs one for training, one for validation "
                "and one for the test of every class. Add pictures of it."
            )
    chosen_by = math.ceil(len(parts.y_train) / 10) if held_out is None else len(held_out)
    learned = len(parts.y_train) - (chosen_by if held_out is None else 0)
    words = []
    if chosen_by < _FEW:
        words += [f"Only {chosen_by} validation pictures choose between networks: much is chance."]
    if (tested := len(parts.y_test)) < _FEW:
        words += [
            f"Only {tested} test pictures: one more that is right is {100 / tested:.1f} points."
        ]
    return min(learned, limit or learned), tuple(words)


def _paced(rungs: Sequence[Rung], classes: int, pictures: int, batch_size: int) -> tuple[Rung, ...]:
    """The rungs with seconds an epoch: some networks are timed, the others lie between them.

    MACs alone say little: a depthwise network of a few thousand parameters may take longer than a
    plain one of ten times the MACs.
    """
    from cnnlab.studies import _costs

    every = [one for r in rungs for one in r.candidates]
    # What is cut cannot be built from knobs; where all are, the network they are cut out of is.
    built = [one for one in every if not _is_cut(one)] or every[:1]
    everyone = sorted(built, key=lambda one: one.costs.macs)
    last = len(everyone) - 1
    spread = [everyone[round(last * place / (TIMED - 1))] for place in range(TIMED)]
    knots = {one.costs.macs: one for one in spread}
    steps = recipe.steps_of(pictures, batch_size)
    timed = {
        macs: EPOCH_S
        + steps
        * _costs.step_seconds(one.architecture, one.input_shape, classes, one.knobs, batch_size)
        for macs, one in knots.items()
    }

    def paced(one: Candidate) -> Candidate:
        return replace(one, epoch_seconds=_between(timed, one.costs.macs))

    return tuple(replace(r, candidates=tuple(map(paced, r.candidates))) for r in rungs)


def _is_cut(one: Candidate) -> bool:
    return one.method in METHODS and isinstance(METHODS[one.method], PruningCard)


def _between(timed: Mapping[int, float], macs: int) -> float:
    """Seconds at so many MACs, on straight lines between the networks that were timed."""
    known = sorted(timed)
    place = min(max(bisect.bisect_left(known, macs), 1), len(known) - 1)
    if len(known) == 1 or macs <= known[0]:
        return timed[known[0]]
    low, high = known[place - 1], known[place]
    return timed[low] + (timed[high] - timed[low]) * (macs - low) / (high - low)
