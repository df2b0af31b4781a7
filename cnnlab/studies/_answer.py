"""What a study says so far, read from its folder."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnlab import jobs
from cnnlab.schema import Candidate
from cnnlab.studies import _steps, _timing
from cnnlab.studies._axes import Axis
from cnnlab.studies._cards import STUDIES
from cnnlab.studies._folder import NO_RUN, Study
from cnnlab.studies._points import Point, axis_of, front, knee, points_of, title_of
from cnnlab.studies._sentence import ranking, sentence, ways_sentence


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
        "way": point.way,
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


def answer(study: Study) -> Answer:
    """What a study says now, read from its folder.

    Raises:
        LabError: it is gone or damaged.
    """
    results, plan = study.results, study.plan
    points = points_of(study, results)
    by_axis = bool(STUDIES[study.config.kind].axis) if study.config.kind in STUDIES else False
    axis = axis_of(study)
    steps = list(_steps.all_steps(plan, results))
    done = sum(step.key in results for step in steps)
    title = title_of(study.config.dataset)
    words = ""
    if points:
        words = _sentence(study, points) if by_axis else ranking(title, points)
    return Answer(
        study,
        study.state,
        tuple(points),
        tuple(_trials(study, results)),
        tuple(front(points, axis)),
        knee(points, axis),
        words,
        _failures(study, results),
        done,
        len(steps),
        _seconds_left(study, results, steps),
        tuple(study.deleted()),
    )


def _sentence(study: Study, points: Sequence[Point]) -> str:
    """The answer where rungs differ in a cost; of several ways the front counts."""
    axis, best = axis_of(study), list(points)
    if any(point.way for point in points):
        unbeaten = front(points, axis)
        best = [point for point in points if point.rung in unbeaten]
    words = [sentence(title_of(study.config.dataset), axis, best), ways_sentence(axis, points)]
    return " ".join(filter(None, words))


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
    failed = [result for result in results.values() if result.state == "failed"]
    return {"A training" if r.run == NO_RUN else r.run: r.message for r in failed}


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
