"""Start a training, or let one go on."""

from collections.abc import Sequence
from dataclasses import replace

from cnnlab import datasets, jobs, recipe, runs
from cnnlab.errors import LabError
from cnnlab.lab.fine_tuning import plan_begun
from cnnlab.runs import Run
from cnnlab.schema import Settings

OWNER_LENGTH = 40


def start_training(
    architecture: str,
    dataset: str,
    settings: Settings | None = None,
    knobs: Settings | None = None,
    input_shape: Sequence[int] | None = None,
    title: str = "",
    owner: str = "",
    priority: bool = False,
    after: Sequence[str] = (),
    start: str = "",
) -> Run:
    """Put a new run into the queue and start it if a slot is free; returns at once.

    Args:
        architecture: Key of `architectures.ARCHITECTURES`.
        dataset: Key of `datasets.DATASETS`.
        settings: Some of `recipe.KNOBS`.
        knobs: Some of the architecture's knobs.
        input_shape: (height, width, channels); None as in `recipe.plan`.
        title: A name of the reader's own.
        owner: Who asks; the owners of waiting runs take turns.
        priority: Go before those without.
        after: Names of runs that must be done before this one starts.
        start: Name of the run whose weights it begins with; "" for fresh ones. Knobs and
            `input_shape` are then that run's, and the usual learning rate is a tenth.

    Raises:
        LabError: an unknown name, an illegal value, a dataset that is not on this machine, or a
            disk that refuses.
    """
    if start:
        begun = runs.find(start)
        config = plan_begun(begun, architecture, dataset, settings, knobs, input_shape, title)
    else:
        config = recipe.plan(architecture, dataset, settings, knobs, input_shape, title)
    require_data(dataset)
    followed = (*config.after, *(runs.find(name).name for name in after))
    run = runs.create(replace(config, owner=owner.strip()[:OWNER_LENGTH], after=followed))
    if priority:
        runs.prioritize(run)
    jobs.dispatch()
    return run


def require_data(dataset: str) -> None:
    """Raise a `LabError` with the way out when `dataset` is not on this machine."""
    found = datasets.available(dataset)
    if not found.ready:
        raise LabError(found.sentence)


def resume_training(run: Run) -> None:
    """Let a stopped, failed or interrupted run go on where it was."""
    runs.requeue(run)
    jobs.dispatch()
