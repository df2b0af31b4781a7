"""Ladders: one network shipped in many sizes is one thing in every list, not sixteen."""

from collections.abc import Iterable
from typing import TypeVar

from cnnlab.architectures import ARCHITECTURES
from cnnlab.comparison._metrics import Trained
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError

FEWEST = 3  # sizes; two are a pair, no ladder
AnyRun = TypeVar("AnyRun", bound=Trained)


def ladder_title(architecture: str, dataset: str, shipped: bool) -> str:
    """Such as "Ladder on MNIST"; "" for runs that are a rung of nothing."""
    if not shipped or architecture not in ARCHITECTURES or not ARCHITECTURES[architecture].sizes:
        return ""
    name = DATASETS[dataset].title if dataset in DATASETS else dataset
    return f"{ARCHITECTURES[architecture].title} on {name}"


def rungs_by_ladder(runs: Iterable[AnyRun]) -> dict[str, list[AnyRun]]:
    """The ladders among some runs by title, each from its smallest rung to its largest.

    A damaged run is a rung of nothing, and so is one whose parameters were never counted.
    """
    found: dict[str, list[AnyRun]] = {}
    for run in runs:
        if title := _title(run):
            found.setdefault(title, []).append(run)
    return {
        title: sorted(rungs, key=lambda run: run.metrics.params or 0)
        for title, rungs in found.items()
        if len(rungs) >= FEWEST
    }


def _title(run: Trained) -> str:
    try:
        config, counted = run.config, bool(run.metrics.params)
    except LabError:
        return ""
    return ladder_title(config.architecture, config.dataset, run.read_only and counted)
