"""What a study found: its points, the front, the knee, and the answer in one sentence."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnlab import datasets, jobs
from cnnlab.schema import Candidate, Costs, StudyResult
from cnnlab.studies import _steps, _timing
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._cards import STUDIES
from cnnlab.studies._folder import Study

NEAR = 0.01  # of accuracy: a network within one point of the best is as good for most uses
MIXED_UP = 0.25  # of two classes' pictures called one of the two; one half is a coin's toss


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


@dataclass(frozen=True)
class Trial:
    """A candidate in a round of halving: its accuracy on validation pictures after few epochs."""

    rung: int
    candidate: Candidate
    val_accuracy: float
    epochs: int
    run: str


@dataclass(frozen=True)
class Answer:
    """All a study says so far.

    Attributes:
        points: Finished rungs, cheapest first.
        trials: What only helped to choose.
        front: Rungs nobody beats, cheapest first.
        knee: The cheapest rung within `NEAR` of the best.
        sentence: The answer.
        failed: For each rung without a point, why.
        seconds_left: Expected; 0 when nothing is left to do.
    """

    study: Study
    state: str
    points: tuple[Point, ...]
    trials: tuple[Trial, ...]
    front: tuple[int, ...]
    knee: int | None
    sentence: str
    failed: dict[str, str]
    steps_done: int
    steps: int
    seconds_left: float
    deleted: tuple[str, ...]

    @property
    def axis(self) -> Axis:
        """The cost its rungs differ in; parameters where they differ in something else."""
        return axis_of(self.study)

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        config = self.study.config
        return {
            "name": self.study.name,
            "kind": config.kind,
            "dataset": config.dataset,
            "state": self.state,
            "answer": self.sentence,
            "axis": self.axis.name,
            "steps_done": self.steps_done,
            "steps": self.steps,
            "seconds_left": round(self.seconds_left, 1),
            "points": [_point_json(point) for point in self.points],
            "trials": [
                {"rung": one.rung, "run": one.run, "val_accuracy": one.val_accuracy}
                | {"epochs": one.epochs, **asdict(one.candidate.costs)}
                for one in self.trials
            ],
            "front": list(self.front),
            "knee": self.knee,
            "failed": self.failed,
            "deleted_runs": list(self.deleted),
            "notes": list(config.plan.notes),
            "command": config.command,
        }


def _point_json(point: Point) -> dict[str, Any]:
    return {
        "rung": point.rung,
        "title": point.title,
        "architecture": point.candidate.architecture,
        "knobs": dict(point.candidate.knobs),
        "input_shape": list(point.candidate.input_shape),
        **asdict(point.costs),
        "accuracy": point.accuracy,
        "accuracies": list(point.accuracies),
        "val_accuracy": point.val_accuracy,
        "runs": list(point.runs),
        "mixed": asdict(point.mixed) if point.mixed else None,
    }


def axis_of(study: Study) -> Axis:
    """The cost a study is about."""
    config = study.config
    knob = STUDIES[config.kind].axis if config.kind in STUDIES else ""
    return AXES[str(config.settings[knob])] if knob in config.settings else AXES["params"]


def answer(study: Study) -> Answer:
    """What a study says now, read from its folder.

    Raises:
        LabError: it is gone or damaged.
    """
    results, plan = study.results, study.plan
    points = _points(study, results)
    by_axis = bool(STUDIES[study.config.kind].axis) if study.config.kind in STUDIES else False
    axis = axis_of(study)
    steps = list(_steps.all_steps(plan, results))
    done = sum(step.key in results for step in steps)
    return Answer(
        study,
        study.state,
        tuple(points),
        tuple(_trials(study, results)),
        tuple(front(points, axis)),
        knee(points, axis),
        (sentence(study, points) if by_axis else _ranking(study, points)) if points else "",
        _failures(study, results),
        done,
        len(steps),
        _seconds_left(study, results, steps),
        tuple(study.deleted()),
    )


def _points(study: Study, results: _steps.Results) -> list[Point]:
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
        most_mixed(done, datasets_labels(study)),
    )


def datasets_labels(study: Study) -> tuple[str, ...]:
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


def sentence(study: Study, points: Sequence[Point]) -> str:
    """The answer, made of the figures alone.

    Args:
        study: Whose data and axis are named.
        points: At least one, cheapest first.
    """
    axis, name = axis_of(study), study.config.dataset
    title = datasets.DATASETS[name].title if name in datasets.DATASETS else name
    small = next(point for point in points if point.rung == knee(points, axis))
    reached = f"{axis.words(axis.of(small.costs) or 0)} still reach {small.accuracy:.1%}"
    if len(points) == 1:
        return f"On {title}, {reached}."
    below = points[: points.index(small)]
    return f"On {title}, {reached} (within 1 point of the best); {_loss(axis, small, below)}."


def _loss(axis: Axis, small: Point, below: Sequence[Point]) -> str:
    """What goes first below the knee: from large to small the first rung that mixes two up."""
    if not below:
        return "that is the smallest tried, so nothing is lost yet: try smaller ones"
    above = small
    for point in reversed(below):
        if point.mixed and point.mixed.share >= MIXED_UP:
            limit = f"{axis.of(above.costs) or 0:,}"
            return f"below {limit} it no longer tells {point.mixed.one} from {point.mixed.other}"
        above = point
    least = below[0]
    most = f"{axis.of(least.costs) or 0:,} read {least.accuracy:.1%}"
    if least.mixed is None:
        return f"and {most}"
    pair = f"{least.mixed.one} and {least.mixed.other}"
    return f"{most}, and mix up {pair} most ({least.mixed.share:.0%} of them)"


def _ranking(study: Study, points: Sequence[Point]) -> str:
    """Where rungs differ in something else than a cost: the best, the worst, and the distance."""
    title = datasets.DATASETS[study.config.dataset].title
    best = max(points, key=lambda point: point.accuracy)
    low, high = best.spread
    if len(points) == 1:
        return (
            f"On {title}, {best.title} reads {best.accuracy:.1%} on average, from {low:.1%} to "
            f"{high:.1%} over {len(best.accuracies)} seeds."
        )
    worst = min(points, key=lambda point: point.accuracy)
    return (
        f"On {title}, {best.title} reads most ({best.accuracy:.1%}) and {worst.title} least "
        f"({worst.accuracy:.1%})."
    )


def _trials(study: Study, results: _steps.Results) -> list[Trial]:
    plan = study.plan
    found = []
    for step in _steps.all_steps(plan, results):
        result = results.get(step.key)
        if not step.tested and result and result.val_accuracy is not None:
            network = step.of(plan)
            found.append(Trial(step.rung, network, result.val_accuracy, step.epochs, result.run))
    return found


def _failures(study: Study, results: _steps.Results) -> dict[str, str]:
    return {r.run: r.message for r in results.values() if r.state == "failed"}


def _seconds_left(study: Study, results: _steps.Results, steps: Sequence[_steps.Step]) -> float:
    """What the open steps take, by how long the ended ones took beside what was expected."""

    expected = {step.key: _expected(study, step) for step in steps}
    ended = [results[key] for key in expected if key in results and results[key].seconds]
    planned = sum(expected[one.step] for one in ended)
    pace = sum(one.seconds for one in ended) / planned if planned else 1.0
    left = sum(seconds for key, seconds in expected.items() if key not in results)
    return left * pace / max(1, jobs.slots())


def _expected(study: Study, step: _steps.Step) -> float:
    return _timing.RUN_S + step.epochs * step.of(study.plan).epoch_seconds
