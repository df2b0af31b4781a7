"""Ladders: one network in many sizes, shipped; lists show each as one, Home shows its cliff."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnlab import comparison, prediction, runs
from cnnlab.errors import LabError
from cnnlab.evaluation import degradation
from cnnlab.evaluation.degradation import Size
from cnnlab.runs import Run

MOST_KERNELS = 8  # of a first convolution, for a small picture of them


@dataclass(frozen=True)
class Ladder:
    """Shipped runs of one architecture on one dataset, the smallest first.

    Attributes:
        title: Such as "Ladder on MNIST".
    """

    title: str
    rungs: tuple[Run, ...]

    @property
    def words(self) -> str:
        """Such as "Ladder on MNIST, 16 sizes from 50 to 97,802 parameters"."""
        least, most = (self.rungs[place].metrics.params or 0 for place in (0, -1))
        return f"{self.title}, {len(self.rungs)} sizes from {least:,} to {most:,} parameters"


@dataclass(frozen=True)
class Rung:
    """One size as Home shows it.

    Attributes:
        run: The run's name.
        accuracy: Mean test accuracy over the seeds, 0..1; `low` and `high` of single seeds.
        seeds: How many there are.
        tested: How many test pictures.
        lost: What goes at this size, against the next larger one.
        lost_of: The same for each class.
        recall: The share of each class it finds; empty where that was not counted.
        kernel_count: How many kernels look at the picture itself.
        kernels: The first of them, each a list of rows, scaled to -1..1 together.
    """

    run: str
    params: int
    accuracy: float
    low: float
    high: float
    seeds: int
    tested: int
    lost: str
    lost_of: tuple[str, ...]
    recall: tuple[float, ...]
    kernel_count: int
    kernels: list[list[list[float]]]


def ladders(of: Iterable[Run] | None = None) -> list[Ladder]:
    """The ladders among shipped runs, or among `of`; those with the most sizes first."""
    known = runs.pretrained() if of is None else of
    found = comparison.rungs_by_ladder(known).items()
    return sorted(
        (Ladder(title, tuple(rungs)) for title, rungs in found), key=lambda one: -len(one.rungs)
    )


def digit_ladder(among: Sequence[Ladder] | None = None) -> Ladder | None:
    """The longest ladder that reads what is drawn on a pad; None where none shipped.

    Args:
        among: What `ladders` found already; None looks among the shipped runs.
    """
    known = ladders() if among is None else among
    readers = (one for one in known if one.rungs[0].config.preparation == "digit")
    return next(readers, None)


def rungs(ladder: Ladder) -> tuple[Rung, ...]:
    """Every size that was tested, with its figures and what is lost there; kept."""
    return _rungs(tuple((run.path, _stamp(run)) for run in ladder.rungs))


def neighbors(ladder: Ladder, name: str) -> tuple[Run, Run] | None:
    """A size and the next larger one; for the largest, the one below it and itself."""
    names = [run.name for run in ladder.rungs]
    if name not in names or len(names) < 2:
        return None
    place = min(names.index(name), len(names) - 2)
    return ladder.rungs[place], ladder.rungs[place + 1]


def size_of(run: Run) -> Size | None:
    """A run's figures as those of a size; None where it was not counted class by class."""
    file = run.tflite_file
    built = _built(file, file.stat().st_mtime_ns) if file.is_file() else None
    params, labels = run.metrics.params or 0, run.config.labels
    return degradation.size_of(params, labels, run.metrics, built)


@functools.lru_cache(maxsize=64)
def _built(file: Path, _written: int) -> prediction.Anatomy | None:
    """What a network is built of, read once for each version of its file."""
    return prediction.anatomy(file.read_bytes())


@functools.lru_cache(maxsize=8)
def _rungs(stamped: tuple[tuple[Path, object], ...]) -> tuple[Rung, ...]:
    found = [run for path, _ in stamped if _tested(run := Run(path))]
    sizes = [size_of(run) for run in found]
    above = [*sizes[1:], None]
    return tuple(
        _rung(run, size, larger) for run, size, larger in zip(found, sizes, above, strict=True)
    )


def _tested(run: Run) -> bool:
    return run.metrics.test_accuracy is not None


def _rung(run: Run, size: Size | None, larger: Size | None) -> Rung:
    metrics = run.metrics
    single = metrics.test_accuracy or 0.0
    each = list(metrics.seeds.test_accuracy.values()) if metrics.seeds else [single]
    labels = range(len(run.config.labels))
    return Rung(
        run=run.name,
        params=metrics.params or 0,
        accuracy=metrics.seeds.mean if metrics.seeds else single,
        low=min(each),
        high=max(each),
        seeds=len(each),
        tested=metrics.test_count or 0,
        lost=degradation.lost(size, larger) if size else "",
        lost_of=tuple(degradation.lost_of(i, size, larger) for i in labels) if size else (),
        recall=tuple(map(size.recall, labels)) if size else (),
        kernel_count=size.anatomy.kernels if size and size.anatomy else 0,
        kernels=_kernels(size),
    )


def _kernels(size: Size | None) -> list[list[list[float]]]:
    """The first kernels' first channel, as numbers for the screen."""
    if size is None or size.anatomy is None or not size.anatomy.first_kernels.size:
        return []
    weights = size.anatomy.first_kernels[:MOST_KERNELS, :, :, 0]
    scaled: list[list[list[float]]] = (weights / (abs(weights).max() or 1)).round(2).tolist()
    return scaled


def _stamp(run: Run) -> tuple[int, int]:
    """When what a rung is made of was last written."""
    files = run.tflite_file, run.path / runs.METRICS_FILE
    try:
        network, figures = (file.stat().st_mtime_ns for file in files)
    except OSError as error:
        raise LabError(
            f"{run.name} has lost {error.filename}: get the shipped ones anew."
        ) from error
    return network, figures
