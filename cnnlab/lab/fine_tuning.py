"""Train on from a finished run's weights: on its own pictures, or on others."""

from collections.abc import Sequence
from dataclasses import replace

from cnnlab import recipe, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.runs import Run
from cnnlab.schema import RunConfig, Settings, Value

GENTLER = 10  # times smaller steps than usual, or what was learned is lost in the first of them


def starts(architecture: str) -> list[Run]:
    """Runs of this architecture that have weights to begin with, one's own before shipped ones."""

    def of_it(run: Run) -> bool:
        return _is(run, architecture)

    return [
        run
        for run in (*runs.list_runs(where=of_it), *runs.pretrained(where=of_it))
        if may_start(run)
    ]


def _is(run: Run, architecture: str) -> bool:
    try:
        return run.config.architecture == architecture
    except LabError:
        return False  # damaged: no reason to fail for those beside it


def may_start(run: Run) -> bool:
    """Whether a finished run has weights, and a network that can be built anew for them."""
    config = run.config
    built = config.architecture in ARCHITECTURES and not config.imported and not config.network_file
    return built and run.status.state == "done" and run.model_file.is_file()


def gentle(settings: Settings) -> dict[str, Value]:
    """Training settings with a tenth of the optimizer's usual rate where none is set."""
    if float(settings.get("learning_rate") or 0):
        return dict(settings)
    usual = next(knob.default for knob in recipe.KNOBS if knob.name == "optimizer")
    optimizer = OPTIMIZERS[str(settings.get("optimizer") or usual)]
    return {**settings, "learning_rate": optimizer.learning_rate / GENTLER}


def plan_begun(
    start: Run,
    architecture: str,
    dataset: str,
    settings: Settings | None = None,
    knobs: Settings | None = None,
    input_shape: Sequence[int] | None = None,
    title: str = "",
) -> RunConfig:
    """The config of a training that begins with the weights of `start`: its name is kept.

    Args:
        start: A run of the same architecture, done or still in the queue.
        architecture: Key of `architectures.ARCHITECTURES`.
        dataset: Key of `datasets.DATASETS`; its classes may be others.
        settings: Some of `recipe.KNOBS`; without a learning rate it is `gentle`.
        knobs: Those of `start`, if any are given.
        input_shape: That of `start`, if given.
        title: A name of the reader's own.

    Raises:
        LabError: `start` is another network or has nothing to give; or as `recipe.plan`.
    """
    like = start.config.architecture == architecture
    built = {**start.config.knobs, **(knobs or {})} if like else knobs
    shape = start.config.input_shape if input_shape is None else input_shape
    config = recipe.plan(architecture, dataset, gentle(settings or {}), built, shape, title)
    return _begun_from(config, start)


def _begun_from(config: RunConfig, start: Run) -> RunConfig:
    before = start.config
    if before.architecture != config.architecture or before.imported:
        raise LabError(
            f"{start.name} is a {before.architecture}: a {config.architecture} cannot begin with "
            "its weights. Name the network it is, or another run."
        )
    built = ARCHITECTURES[config.architecture].check(before.knobs)
    if built != dict(config.knobs) or before.input_shape != config.input_shape:
        raise LabError(
            f"{start.name} has other knobs or sees pictures of another size "
            f"({before.words_of_shape}): leave both as they were in it."
        )
    if before.network_file or not (start.status.active or start.model_file.is_file()):
        raise LabError(
            f"{start.name} has no weights to train on with: begin from the run it was made from."
        )
    waits = (start.name,) if start.status.active else ()
    command = f"{config.command} --from {start.name}"
    return replace(config, parent=start.name, after=waits, command=command)
