"""Make smaller runs of a run, and look at what came of it."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from cnnlab import datasets, jobs, runs
from cnnlab.compression import METHODS, planning
from cnnlab.compression.distillation import pyramid
from cnnlab.compression.lineage import Member, lineage, made_by
from cnnlab.compression.questions import DistillationTrial
from cnnlab.compression.teacher_gain import Outcome, outcomes, published
from cnnlab.errors import LabError
from cnnlab.lab.engine_calls import ask
from cnnlab.lab.submit import OWNER_LENGTH, require_data
from cnnlab.runs import Run
from cnnlab.schema import RunConfig, Settings

__all__ = [
    "Member",
    "Outcome",
    "lineage",
    "made_by",
    "outcomes",
    "published",
    "start_distillation",
    "start_pruning",
    "start_pyramid",
    "start_quantization",
    "taught",
]


def taught(teacher: Run, method: str, student: str) -> list[Outcome]:
    """What came of this student and method on the teacher's pictures; this teacher's first."""
    found = []
    for run in [*runs.list_runs(), *runs.pretrained()]:
        try:
            made, config = run.config.compression, run.config
        except LabError:
            continue  # damaged: the list of runs says so
        here = config.dataset == teacher.config.dataset
        if made and made.method == method and config.architecture == student and here:
            found.append(run)
    return sorted(outcomes(found), key=lambda one: one.teacher != teacher.name)


def start_distillation(
    teacher: Run,
    method: str,
    student: str,
    settings: Settings | None = None,
    training: Settings | None = None,
    knobs: Settings | None = None,
    title: str = "",
    seeds: Sequence[int] = (),
    with_scratch: bool = True,
    owner: str = "",
    tried: bool = False,
) -> list[Run]:
    """Queue a student for each seed, and the same student from scratch beside each.

    Args:
        teacher: A run, done or still in the queue.
        method: Name of a distillation card.
        student: Name of an architecture.
        settings: Some of the method's knobs.
        training: Some of `recipe.KNOBS`.
        knobs: Some of the student's knobs.
        title: A name of the reader's own.
        seeds: None: the one in `training`, or 0.
        with_scratch: A twin that was trained in just this way already is not trained again.
        owner: Who asks; the owners of waiting runs take turns.
        tried: Have the engine try it once on a few pictures before anything is queued.

    Returns:
        The distilled runs.

    Raises:
        LabError: an unknown name, an illegal value, data that is not here, a disk that refuses,
            or what the trial ended with.
    """
    training = dict(training or {})
    plans = [
        planning.distill(
            teacher, method, student, settings, training | {"seed": seed}, knobs, title
        )
        for seed in seeds or [int(training.get("seed", 0))]
    ]
    require_data(plans[0].dataset)
    if tried:
        _try(teacher, plans[:1])
    twins = [_twin(config, owner) if with_scratch else "" for config in plans]
    made = [_create(config, owner, twin) for config, twin in zip(plans, twins, strict=True)]
    jobs.dispatch()
    return made


def _try(teacher: Run, configs: Sequence[RunConfig]) -> None:
    """Raise a `LabError` where the engine tried it in vain; its own troubles keep nobody."""
    why_not = ""
    with suppress(LabError):  # no engine: the worker finds out
        why_not = ask(DistillationTrial(teacher.path, tuple(configs)))
    if why_not:
        raise LabError(why_not)


def _twin(config: RunConfig, owner: str, epochs: int = 0) -> str:
    """The name of the same student from scratch, queued unless there is one; `epochs` if other."""
    if epochs:
        config = replace(config, recipe=replace(config.recipe, epochs=epochs))
    alone = planning.scratch(config)
    return (same_training(alone) or _create(alone, owner)).name


def _create(config: RunConfig, owner: str, twin: str = "") -> Run:
    made = config.compression and replace(config.compression, scratch=twin)
    return runs.create(replace(config, owner=owner.strip()[:OWNER_LENGTH], compression=made))


def same_training(config: RunConfig) -> Run | None:
    """A run that was, is or will be trained in just this way; None if there is none."""
    wanted = _sign(config)
    for run in [*runs.list_runs(), *runs.pretrained()]:
        other = run.config
        if other.parent or other.compression or other.imported:
            continue
        if run.status.state not in ("failed", "stopped", "interrupted") and _sign(other) == wanted:
            return run
    return None


def _sign(config: RunConfig) -> str:
    """What makes two trainings the same."""
    asked = [config.architecture, dict(config.knobs), config.dataset, config.input_shape]
    return json.dumps([asked, config.recipe.settings], sort_keys=True)


def start_pruning(
    parent: Run,
    method: str,
    settings: Settings | None = None,
    training: Settings | None = None,
    title: str = "",
    owner: str = "",
) -> Run:
    """Queue a pruned child of `parent`; errors as `start_distillation`."""
    return _queued(planning.prune(parent, method, settings, training, title), owner)


def start_quantization(
    parent: Run,
    method: str,
    settings: Settings | None = None,
    title: str = "",
    owner: str = "",
    training: Settings | None = None,
) -> Run:
    """Queue a quantized child of `parent`; errors as `start_distillation`."""
    return _queued(planning.quantize(parent, method, settings, title, training), owner)


def _queued(config: RunConfig, owner: str) -> Run:
    require_data(config.dataset)
    run = _create(config, owner)
    jobs.dispatch()
    return run


def start_pyramid(
    teacher: Run,
    ladder: Sequence[str],
    settings: Settings | None = None,
    training: Settings | None = None,
    knobs: Settings | None = None,
    with_scratch: bool = True,
    owner: str = "",
    tried: bool = False,
) -> list[Run]:
    """Queue one run for each level, each waiting for its teacher, and the last student's twin.

    The twin is trained from scratch for as many epochs as all levels together.

    Args:
        teacher: A run, done or still in the queue.
        ladder: Architectures, the largest first.
        settings: Some of the Pyramid's knobs.
        training: Some of `recipe.KNOBS`, for every level.
        knobs: Knobs such as `width`, for every level that has them.
        with_scratch: Train the twin, unless there is one.
        owner: Who asks.
        tried: As for `start_distillation`; all levels in their order.

    Raises:
        LabError: as `start_distillation`.
    """
    pyramid.check_ladder(ladder)
    require_data(datasets.stand_in(teacher.config.dataset))
    checked = METHODS["pyramid"].check(settings or {})
    if tried:
        plans = [
            pyramid.level(
                *(teacher, name, number, len(ladder), checked, training),
                pyramid.knobs_for(name, knobs or {}),
            )
            for number, name in enumerate(ladder, start=1)
        ]
        if checked["teacher"] == "previous":  # the first one's teacher alone has a name yet
            plans[1:] = [replace(plan, parent=None) for plan in plans[1:]]
        _try(teacher, plans)
    levels, before = [], teacher
    for number, name in enumerate(ladder, start=1):
        own = pyramid.knobs_for(name, knobs or {})
        config = pyramid.level(before, name, number, len(ladder), checked, training, own)
        last = with_scratch and number == len(ladder)
        epochs = config.recipe.epochs * len(ladder)
        levels.append(_create(config, owner, _twin(config, owner, epochs) if last else ""))
        before = levels[-1] if checked["teacher"] == "previous" else teacher
    jobs.dispatch()
    return levels
