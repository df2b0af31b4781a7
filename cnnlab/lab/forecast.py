"""What a training will take and reach, as far as earlier runs tell."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from cnnlab import datasets, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import RunConfig

_MOST_READ = 200  # own runs looked through, newest first
_HELD_OUT = 0.1


@dataclass(frozen=True)
class Forecast:
    """A planned training in figures; None where nothing is known.

    Attributes:
        pictures: How many it learns from in an epoch; `held_out` are kept aside.
        seconds: From the pace of a run of the same network on this machine.
        accuracy: On the test part, of a run of the same network on the same data; `epochs` are
            that run's.
    """

    pictures: int
    held_out: int
    seconds: float | None
    accuracy: float | None
    epochs: int


def forecast(config: RunConfig) -> Forecast:
    """What the run of `config` would take here, and what its like have reached."""
    total = datasets.counts_here(config.dataset)[0]
    held_out = round(total * _HELD_OUT)
    pictures = total - held_out
    if config.recipe.train_limit:
        pictures = min(pictures, config.recipe.train_limit)
    pace = next(_paces(config), None)
    seconds = config.recipe.epochs * pictures / pace if pace else None
    accuracy, epochs = _reached(config)
    return Forecast(pictures, held_out, seconds, accuracy, epochs)


def _own() -> list[Run]:
    return runs.list_runs()[:_MOST_READ]


def _paces(config: RunConfig) -> Iterator[float]:
    """Pictures a second of the same network's own runs, newest first."""
    for run in _own():
        if _network(run) == (config.architecture, dict(config.knobs), config.input_shape):
            rows = [row.images_per_s for row in run.history[-5:] if row.images_per_s > 0]
            if rows:
                yield statistics.median(rows)


def _network(run: Run) -> tuple[str, dict[str, object], tuple[int, int, int]] | None:
    try:
        config = run.config
    except LabError:
        return None
    if config.compression or config.imported or config.parent:
        return None
    return config.architecture, dict(config.knobs), config.input_shape


def _reached(config: RunConfig) -> tuple[float | None, int]:
    """Test accuracy and epochs of the like whose number of epochs is nearest."""
    wanted = config.architecture, dict(config.knobs), config.input_shape
    found: list[tuple[int, float, int]] = []
    for run in [*_own(), *runs.pretrained()]:
        if _network(run) != wanted or run.config.dataset != config.dataset:
            continue
        try:
            accuracy = run.metrics.test_accuracy
        except LabError:
            continue
        if accuracy is not None:
            epochs = run.config.epochs
            found.append((abs(epochs - config.recipe.epochs), accuracy, epochs))
    if not found:
        return None, 0
    _, accuracy, epochs = min(found)
    return accuracy, epochs
