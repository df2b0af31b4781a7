"""Finished runs of one config, one per seed, become one folder in `pretrained/`.

The first run given travels whole; the others lend their test accuracy, so that the shipped
figures hold the mean over seeds and never the best of them.
"""

import re
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnlab import comparison, paths, runs, schema
from cnnlab.comparison import sources
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.runs.arrays import write_arrays
from cnnlab.schema import RunConfig, Seeds

MOST_BYTES = 40_000_000  # of all files in pretrained/ together
_FILES = ("history.csv", "model.keras", "model.tflite")
_MOST_SNAPSHOT_BYTES = 300_000  # of a run's snapshots travel; the rest is left out


def ship(name: str, trained: Sequence[Run]) -> Run:
    """Copy the first of `trained` into `pretrained/<name>` with the figures of all.

    Raises:
        LabError: a name unfit for a folder, a run that is not done or lacks a file, or runs that
            differ in more than their seed, or no room left below `MOST_BYTES`.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise LabError(
            f"A shipped run is named in small letters, digits, _ and -. Received: {name!r}."
        )
    for run in trained:
        if run.status.state != "done":
            raise LabError(f"{run.name} is {run.status.state}: only finished runs are shipped.")
        if run.config.asked != trained[0].config.asked:
            raise LabError(f"{run.name} and {trained[0].name} differ in more than their seed.")
    metrics = replace(trained[0].metrics, seeds=seeds(trained))
    target = paths.pretrained_dir() / name
    target.parent.mkdir(exist_ok=True)
    # Made beside its place and moved there whole: a failure leaves what was shipped before.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as place:
        made = Path(place) / name
        _copy(trained[0], made)
        schema.write(made / runs.METRICS_FILE, metrics)
        others = [run for run in runs.pretrained() if run.path != target]
        if (total := sum(map(size_bytes, [Run(made), *others]))) > MOST_BYTES:
            raise LabError(
                f"With {name}, pretrained/ would hold {total:,} bytes, and {MOST_BYTES:,} are "
                "allowed: delete another model there first."
            )
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return Run(target)


def size_bytes(run: Run) -> int:
    """What all files of a run take together."""
    return sum(file.stat().st_size for file in run.path.rglob("*") if file.is_file())


def _copy(run: Run, target: Path) -> None:
    """The files of a run that travel."""
    try:
        (target / "snapshots").mkdir(parents=True)
        for file in _snapshots(run):
            _halve(file, target / "snapshots" / file.name)
        for name in _FILES:
            shutil.copy(run.path / name, target / name)
        schema.write(target / runs.CONFIG_FILE, _alone(run.config))
    except FileNotFoundError as error:
        raise LabError(f"{run.name} has lost {error.filename}: train it again.") from error


def _halve(file: Path, target: Path) -> None:
    """Copy kernels in half precision: they are looked at, and computed with by nobody."""
    with np.load(file) as kernels:
        write_arrays(target, {name: kernels[name].astype("float16") for name in kernels.files})


def _alone(config: RunConfig) -> RunConfig:
    """A config without what only meant something among the runs it was trained with."""
    made = config.compression and replace(config.compression, scratch="")
    return replace(config, after=(), owner="", compression=made)


def _snapshots(run: Run) -> list[Path]:
    """The first and the last snapshot, and between them as many as there is room for."""
    ends = [run.snapshots_dir / "initial.npz", run.snapshots_dir / "final.npz"]
    between = sorted(file for file in run.snapshots_dir.glob("*.npz") if file.stem.isdecimal())
    room = _MOST_SNAPSHOT_BYTES // max(1, ends[1].stat().st_size) - len(ends)
    count = max(0, min(room, len(between)))
    return [*ends, *(between[(place + 1) * len(between) // count - 1] for place in range(count))]


def seeds(trained: Sequence[Run]) -> Seeds:
    """Test accuracy of every seed, their mean and sample standard deviation (fractions)."""
    each: dict[str, float] = {}
    for run in trained:
        if run.metrics.test_accuracy is None:
            raise LabError(f"{run.name} was not tested: put its dataset in place and train it.")
        each[str(run.config.recipe.seed)] = run.metrics.test_accuracy
    if len(each) != len(trained):
        raise LabError("Two of these runs have the same seed: give one run per seed.")
    values = list(each.values())
    deviation = statistics.stdev(values) if len(values) > 1 else None
    return Seeds(each, statistics.mean(values), len(values), deviation)


def table() -> str:
    """The shipped models as the README shows them (a test compares the two)."""
    known = runs.pretrained()
    ladders = comparison.rungs_by_ladder(known)
    rungs = {run.name for ladder in ladders.values() for run in ladder}
    heads = ("model", "dataset", "parameters", "bytes", "test accuracy", "each seed", "published")
    rows = [f"| {' | '.join(heads)} | trained by |", "|---|---|--:|--:|--:|---|--:|---|"]
    rows += [_line(run) for run in known if run.name not in rungs]
    return "\n".join(rows + [_ladder(title, ladder) for title, ladder in ladders.items()])


def _ladder(title: str, rungs: Sequence[Run]) -> str:
    """A ladder's own short table: its rungs differ in one knob alone."""
    largest = rungs[-1]
    rows = [
        f"\n{title}: {len(rungs)} sizes, the largest by `{largest.config.command}`\n",
        "| model | parameters | bytes | test accuracy | each seed |",
        "|---|--:|--:|--:|---|",
    ]
    return "\n".join(rows + [f"| {' | '.join(_figures(run))} |" for run in rungs])


def _figures(run: Run) -> list[str]:
    """Name, parameters, bytes, mean accuracy and that of each seed, as cells."""
    metrics = run.metrics
    counted = metrics.seeds or seeds([run])
    each = ", ".join(f"{accuracy:.2%}" for accuracy in counted.test_accuracy.values())
    sizes = f"{metrics.params:,}", f"{metrics.tflite_bytes:,}"
    return [f"`{run.name}`", *sizes, f"**{counted.mean:.2%}**", each]


def _line(run: Run) -> str:
    config = run.config
    name, *figures = _figures(run)
    sourced = sources.on_dataset(config.dataset)
    own = (p.accuracy for p in sourced if p.architecture == config.architecture)
    published = next((f"{accuracy:.2%}" for accuracy in own), "")
    cells = [name, run.metrics.variant, *figures, published, f"`{config.made_with}`"]
    return f"| {' | '.join(cells)} |"
