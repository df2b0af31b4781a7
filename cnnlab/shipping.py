"""Finished runs of one config, one per seed, become one folder in `pretrained/`.

The first run given travels whole; the others lend their test accuracy, so that the shipped
figures hold the mean over seeds and never the best of them.
"""

import json
import shutil
import statistics
from collections.abc import Sequence
from typing import Any

from cnnlab import paths
from cnnlab.errors import LabError
from cnnlab.runs import Run, write_json

_FILES = ("config.json", "history.csv", "model.keras", "model.tflite")


def ship(name: str, trained: Sequence[Run]) -> Run:
    """Copy the first of `trained` into `pretrained/<name>` with the figures of all.

    Raises:
        LabError: a run is not done, or the runs differ in more than their seed.
    """
    for run in trained:
        if run.status.state != "done":
            raise LabError(f"{run.name} is {run.status.state}: only finished runs are shipped.")
        if _without_seed(run) != _without_seed(trained[0]):
            raise LabError(f"{run.name} and {trained[0].name} differ in more than their seed.")
    target = paths.pretrained_dir() / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in _FILES:
        shutil.copy(trained[0].path / file, target / file)
    shutil.copytree(trained[0].snapshots_dir, target / "snapshots")
    write_json(target / "metrics.json", trained[0].metrics | {"seeds": seeds(trained)})
    return Run(target)


def seeds(trained: Sequence[Run]) -> dict[str, Any]:
    """Test accuracy of every seed, their mean and sample standard deviation (fractions)."""
    each = {str(run.config["recipe"]["seed"]): run.metrics["test_accuracy"] for run in trained}
    if len(each) != len(trained):
        raise LabError("Two of these runs have the same seed: give one run per seed.")
    values = list(each.values())
    return {
        "test_accuracy": each,
        "mean": statistics.mean(values),
        "deviation": statistics.stdev(values) if len(values) > 1 else None,
        "count": len(values),
    }


def _without_seed(run: Run) -> str:
    config = run.config
    recipe = {k: v for k, v in config["recipe"].items() if k != "seed"}
    asked = [config[k] for k in ("architecture", "knobs", "dataset", "input_shape")]
    return json.dumps([asked, recipe], sort_keys=True)
