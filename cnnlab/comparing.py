"""What the Compare page asks the engine for; the rest it reads from the runs' files."""

import functools
from collections.abc import Sequence
from typing import Any

from cnnlab import engine, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run


def costs(chosen: Sequence[Run]) -> tuple[dict[str, dict[str, int]], dict[str, str]]:
    """What only the layers tell, by run name, and by name why some of it is missing.

    Measured once for each state of a run's model file.
    """
    known, missing = {}, {}
    for run in chosen:
        if not run.model_file.is_file():
            continue
        try:
            known[run.name] = _costs(run, run.model_file.stat().st_mtime_ns)
        except LabError as error:
            missing[run.name] = str(error)
    return known, missing


@functools.lru_cache(maxsize=1000)
def _costs(run: Run, _stamp: int) -> dict[str, int]:
    return engine.call("cnnlab.evaluation.together:costs", str(run.path))


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
