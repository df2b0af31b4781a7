"""A network operated on, kept as a run of its own beside the one it was."""

import shlex
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cnnlab import datasets, evaluation
from cnnlab.errors import LabError
from cnnlab.export.finished import adopt_finished
from cnnlab.runs import Run
from cnnlab.schema import FilterOperation, Recipe, RunConfig
from cnnlab.surgery import plan
from cnnlab.surgery.operating import bench

TITLE_LENGTH = 80


def keep(
    folder: str | Path, operations: Sequence[FilterOperation], title: str = "", owner: str = ""
) -> Run:
    """A finished run with the weights that the operations leave; runs in the engine.

    Raises:
        LabError: no operations, one that is refused, or a disk that refuses.
    """
    if not operations:
        raise LabError("Nothing was done yet: operate on a filter first, then keep the result.")
    place = bench(folder)
    config = planned_run(place.run, operations, title, owner)
    with place.operated(operations):
        return adopt_finished(place.model, config, _data(place.run))


def planned_run(
    parent: Run, operations: Sequence[FilterOperation], title: str, owner: str
) -> RunConfig:
    """What `config.json` says of such a run: its parent, and what was done to it."""
    steps = " ".join(f"--do {shlex.quote(plan.text_of(one))}" for one in operations)
    return replace(
        parent.config,
        parent=parent.name,
        recipe=Recipe(epochs=0),
        title=title.strip()[:TITLE_LENGTH],
        created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        command=f"python -m cnnlab operate {parent.name} {steps} --save",
        compression=None,
        imported=None,
        owner=owner,
        after=(),
        best_from=1,
        study=None,
        interventions=(),
        operations=tuple(operations),
    )


def _data(run: Run) -> datasets.Data | None:
    """The run's data, where it is here and its own."""
    name = datasets.stand_in(run.config.dataset)
    if name not in datasets.DATASETS or not datasets.available(name).ready:
        return None
    try:
        return evaluation.data_of(run)
    except LabError:
        return None  # other pictures than it learned: nothing can be counted on them
