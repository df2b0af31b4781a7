"""The runs that the Compare page sets side by side."""

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.runs import Run


def tested() -> list[Run]:
    """Every run with a test accuracy, shipped ones first, then one's own, newest first."""
    found = []
    for run in [*runs.pretrained(), *runs.list_runs()]:
        try:
            if run.metrics.get("test_accuracy") is not None:
                found.append(run)
        except LabError:
            continue  # damaged metrics: the Compare page says so where the run is chosen
    return found
