"""A worker of one's own to measure: one training in a process, in a store of its own."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from cnnlab import paths, recipe, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run


@contextlib.contextmanager
def trained(
    architecture: str,
    dataset: str,
    settings: Mapping[str, Any],
    knobs: Mapping[str, Any] | None = None,
) -> Iterator[Run]:
    """A finished run; it goes with the block.

    Raises:
        LabError: the training failed.
    """
    with tempfile.TemporaryDirectory() as folder, own_store(folder):
        run = runs.create(recipe.plan(architecture, dataset, settings, knobs))
        command = [sys.executable, "-m", "cnnlab.jobs", str(run.path)]
        with (run.path / "log.txt").open("wb") as log:
            subprocess.run(command, cwd=paths.ROOT, stdout=log, stderr=log, check=False)
        if run.status.state != "done":
            raise LabError(f"The worker failed: {run.status.message}")
        yield run


@contextlib.contextmanager
def own_store(folder: str) -> Iterator[None]:
    """Runs are made in `folder` while the block lasts."""
    before = os.environ.get("CNNLAB_RUNS")
    os.environ["CNNLAB_RUNS"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["CNNLAB_RUNS"]
        else:
            os.environ["CNNLAB_RUNS"] = before
