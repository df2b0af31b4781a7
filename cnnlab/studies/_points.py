"""The finished rungs of a study: what each reads, which of them nobody beats, and the knee."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab import datasets
from cnnlab.schema import Candidate, Costs, StudyResult
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
    `mixed` the two classes it tells apart worst, None where it makes no mistake.
    """

    rung: int
    title: str
    candidate: Candidate
    accuracies: tuple[float, ...]
    val_accuracy: float
    runs: tuple[str, ...]
    mixed: Mixed | None

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
    return Point(
        rung,
        place.title,
        place.candidates[chosen],
        tuple(one.test_accuracy for one in done if one.test_accuracy is not None),
        statistics.mean(one.val_accuracy or 0.0 for one in done),
        tuple(one.run for one in done),
        most_mixed(done, _labels(study)),
    )


def _labels(study: Study) -> tuple[str, ...]:
    """Names of the classes, where the dataset is still known."""
    name = study.config.dataset
    return tuple(datasets.DATASETS[name].labels) if name in datasets.DATASETS else ()


def most_mixed(done: Sequence[StudyResult], labels: Sequence[str]) -> Mixed | None:
    """The two classes mixed up most, over all seeds together; None without a mistake.

    Of two classes' pictures that were called one of the two: the share called the wrong one.
    """
    counts: dict[tuple[int, int], int] = {}
    for one in done:
        for truth, said, count in one.confusion:
            counts[truth, said] = counts.get((truth, said), 0) + count
    best: tuple[float, int, int] | None = None
    for truth, said in counts:
        if truth == said:
            continue
        low, high = sorted((truth, said))
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
    return [points[place].rung for place in unbeaten(_pairs(points, axis))]


def knee(points: Sequence[Point], axis: Axis) -> int | None:
    """The cheapest rung within `NEAR` of the best; from there down accuracy falls."""
    return points[nearly_best(_pairs(points, axis))].rung if points else None


def _pairs(points: Sequence[Point], axis: Axis) -> list[tuple[float, float]]:
    return [(axis.of(point.costs) or 0, point.accuracy) for point in points]


def unbeaten(pairs: Sequence[tuple[float, float]]) -> list[int]:
    """Places of the (cost, accuracy) that no other reaches for as little, cheapest first."""
    found, best = [], -1.0
    for place in sorted(range(len(pairs)), key=lambda n: (pairs[n][0], -pairs[n][1])):
        if pairs[place][1] > best:
            found.append(place)
            best = pairs[place][1]
    return found


def nearly_best(pairs: Sequence[tuple[float, float]]) -> int:
    """Place of the cheapest (cost, accuracy) within `NEAR` of the best; of at least one."""
    best = max(accuracy for _, accuracy in pairs)
    near = [place for place, (_, accuracy) in enumerate(pairs) if accuracy >= best - NEAR]
    return min(near, key=lambda place: pairs[place][0])
