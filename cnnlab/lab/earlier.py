"""Runs whose curves one may lay beside another's."""

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.runs import Run

_MOST = 60


def earlier_runs(run: Run) -> list[Run]:
    """Other runs that have finished an epoch: same dataset first, then newest first; at most 60."""
    others = [other for other in [*runs.list_runs(), *runs.pretrained()] if other != run]
    learned = [other for other in others if (other.path / "history.csv").is_file()][: 3 * _MOST]
    same, rest = [], []
    for other in learned:
        try:
            alike = other.config["dataset"] == run.config["dataset"]
        except LabError:
            continue  # damaged or deleted meanwhile
        (same if alike else rest).append(other)
    return [*same, *rest][:_MOST]
