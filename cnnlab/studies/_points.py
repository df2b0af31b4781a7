"""The finished rungs of a study: what each reads, which of them nobody beats, and the knee."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnlab import datasets
from cnnlab.architectures import ARCHITECTURES
from cnnlab.schema import Candidate, Cell, Costs, Settings, StudyResult
from cnnlab.studies import _steps
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._cards import STUDIES
from cnnlab.studies._folder import Study

NEAR = 0.01  # of accuracy: a network within one point of the best is as good for most uses


@dataclass(frozen=True)
class Mixed:
    """Two classes, and the share of their pictures, called one of the two, called the wrong one."""

    one: str
    other: str
    share: float


@dataclass(frozen=True)
class Point:
    """A finished rung.

    `accuracies` are those on the test pictures, one for each seed; `runs` their runs' names;
    `mixed` the two classes it tells apart worst, None where it makes no mistake; `way` how the
    network was made, where several ways lead to one size; `tested` the pictures that were read, all
    seeds together.
    """

    rung: int
    title: str
    candidate: Candidate
    accuracies: tuple[float, ...]
    val_accuracy: float
    runs: tuple[str, ...]
    mixed: Mixed | None
    way: str = ""
    tested: int = 0

    @property
    def network(self) -> str:
        """The network in words: its title, or how it was made and what was set."""
        one = self.candidate
        turned = one.settings if one.settings else _telling(one)
        knobs = ", ".join(f"{name} {value}" for name, value in turned.items())
        words = self.title or ", ".join(filter(None, (one.architecture, knobs)))
        return f"{self.way}: {words}" if self.way else words

    @property
    def costs(self) -> Costs:
        """What the network costs."""
        return self.candidate.costs

    @property
    def accuracy(self) -> float:
        """The mean over the seeds, 0..1."""
        return statistics.mean(self.accuracies)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest of the seeds."""
        return min(self.accuracies), max(self.accuracies)


def _telling(one: Candidate) -> Settings:
    """The knobs that say which network it is: those of its size, and what is not as usual."""
    if one.architecture not in ARCHITECTURES:
        return one.knobs
    usual = {knob.name: knob.default for knob in ARCHITECTURES[one.architecture].knobs}
    sizes = {knob.name for knob in ARCHITECTURES[one.architecture].knobs if knob.sizes}
    return {
        name: value
        for name, value in one.knobs.items()
        if name in sizes or value != usual.get(name)
    }


def axis_of(study: Study) -> Axis:
    """The cost a study is about."""
    config = study.config
    knob = STUDIES[config.kind].axis if config.kind in STUDIES else ""
    return AXES[str(config.settings[knob])] if knob in config.settings else AXES["params"]


def points_of(study: Study, results: _steps.Results) -> list[Point]:
    found = []
    for rung in range(len(study.plan.rungs)):
        chosen = _steps.winner(study.plan, rung, results)
        if chosen is None:
            continue
        ended = [results.get(step.key) for step in _steps.finals(study.plan, rung, chosen)]
        done = [one for one in ended if one and one.test_accuracy is not None]
        if done:
            found.append(_point(study, rung, chosen, done))
    axis = axis_of(study)
    return sorted(found, key=lambda point: (axis.of(point.costs) or 0, point.rung))


def _point(study: Study, rung: int, chosen: int, done: Sequence[StudyResult]) -> Point:
    place = study.plan.rungs[rung]
    several = place.size >= 0
    return Point(
        rung,
        "" if several else place.title,
        place.candidates[chosen],
        tuple(one.test_accuracy for one in done if one.test_accuracy is not None),
        statistics.mean(one.val_accuracy or 0.0 for one in done),
        tuple(one.run for one in done),
        most_mixed((cell for one in done for cell in one.confusion), _labels(study)),
        place.title if several else "",
        sum(one.test_count or 0 for one in done),
    )


def title_of(dataset: str) -> str:
    """What the reader calls its data; an own dataset may have been deleted."""
    return datasets.DATASETS[dataset].title if dataset in datasets.DATASETS else dataset


def _labels(study: Study) -> tuple[str, ...]:
    """Names of the classes, where the dataset is still known."""
    name = study.config.dataset
    return tuple(datasets.DATASETS[name].labels) if name in datasets.DATASETS else ()


def cells_of(confusion: Sequence[Sequence[int]] | None) -> tuple[Cell, ...]:
    """The counts of a table that are not zero: true class, answered class, count."""
    return tuple(
        (truth, predicted, count)
        for truth, row in enumerate(confusion or ())
        for predicted, count in enumerate(row)
        if count
    )


def most_mixed(cells: Iterable[Cell], labels: Sequence[str]) -> Mixed | None:
    """The two classes mixed up most; None without a mistake, or without counts.

    Of two classes' pictures that were called one of the two: the share called the wrong one.

    Args:
        cells: True class, answered class, count; those of several seeds are added up.
        labels: Names of the classes.
    """
    counts: dict[tuple[int, int], int] = {}
    for truth, predicted, count in cells:
        counts[truth, predicted] = counts.get((truth, predicted), 0) + count
    best: tuple[float, int, int] | None = None
    for truth, predicted in counts:
        if truth == predicted:
            continue
        low, high = sorted((truth, predicted))
        wrong = counts.get((low, high), 0) + counts.get((high, low), 0)
        right = counts.get((low, low), 0) + counts.get((high, high), 0)
        share = wrong / (wrong + right)
        if best is None or (share, -low, -high) > best:
            best = share, -low, -high
    if best is None:
        return None
    names = [labels[-n] if -n < len(labels) else str(-n) for n in best[1:]]
    return Mixed(names[0], names[1], best[0])


def front(points: Sequence[Point], axis: Axis) -> list[int]:
    """Rungs that no cheaper or equally cheap one reaches, cheapest first."""
    found, best = [], -1.0
    for point in sorted(points, key=lambda one: (axis.of(one.costs) or 0, -one.accuracy)):
        if point.accuracy > best:
            found.append(point.rung)
            best = point.accuracy
    return found


def knee(points: Sequence[Point], axis: Axis) -> int | None:
    """The cheapest rung within `NEAR` of the best; from there down accuracy falls."""
    if not points:
        return None
    best = max(point.accuracy for point in points)
    near = [point for point in points if point.accuracy >= best - NEAR]
    return min(near, key=lambda point: axis.of(point.costs) or 0).rung
