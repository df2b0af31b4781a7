"""What the Compare page asks the engine for; the rest it reads from the runs' files."""

from collections.abc import Sequence
from typing import Any

from cnnlab import engine, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run


def together(chosen: Sequence[Run]) -> Any:
    """Several runs on the same test pictures: `evaluation.together.Together`."""
    folders = [str(run.path) for run in chosen]
    return engine.call("cnnlab.evaluation.together:together", folders, timeout_s=300)


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
