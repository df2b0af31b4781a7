"""Runs that one may lay beside another: curves on the Train page, accuracies on Compare."""

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.runs import Run

_MOST = 60


def earlier_runs(run: Run) -> list[Run]:
    """Other runs that have finished an epoch: same dataset first, then newest first; at most 60."""
    others = [other for other in [*runs.list_runs(), *runs.pretrained()] if other != run]
    learned = [other for other in others if (other.path / "history.csv").is_file()][: 3 * _MOST]
    same: list[Run] = []
    rest: list[Run] = []
    for other in learned:
        try:
            alike = other.config.dataset == run.config.dataset
        except LabError:
            continue  # damaged or deleted meanwhile
        (same if alike else rest).append(other)
    return [*same, *rest][:_MOST]


def tested_runs() -> list[Run]:
    """Every run with a test accuracy, shipped ones first, then one's own, newest first."""
    found = []
    for run in [*runs.pretrained(), *runs.list_runs()]:
        try:
            if run.metrics.test_accuracy is not None:
                found.append(run)
        except LabError:
            continue  # damaged metrics: the Compare page says so where the run is chosen
    return found
