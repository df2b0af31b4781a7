"""Behind the accuracy: how sure the model is, where it errs, and where two models differ.

Called by the pages through the engine, which keeps answers and test pictures between calls.
"""

import functools
import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cnnlab import datasets, rooms
from cnnlab.errors import LabError
from cnnlab.evaluation import Evaluation, answer, basis, check_known, fitting, judge
from cnnlab.evaluation.calibration import calibration_error, rejection, reliability
from cnnlab.runs import Run


@dataclass(frozen=True)
class Shown:
    """One test picture: uint8 `(h, w)` or `(h, w, 3)`, its class, and the best answers."""

    picture: np.ndarray
    index: int
    truth: str
    answers: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Confused:
    """Pictures of the class with index `truth` that a model called `predicted`, surest first."""

    truth: int
    predicted: int
    pictures: list[Shown]


@dataclass(frozen=True)
class Report:
    """One model on its test part.

    `top_k[k]` is the share of pictures whose class is among the k most probable.
    `reliability` has one row per filled confidence bin: mean confidence, accuracy, count.
    `calibration_error` is the expected calibration error (0..1). `rejection` pairs the share of
    pictures answered, surest first, with the accuracy on them. `commonest` is the mistake made
    most often; `mistakes` are the surest ones, `hits` the least sure.
    """

    evaluation: Evaluation
    top_k: dict[int, float]
    reliability: list[dict[str, float]]
    calibration_error: float
    rejection: list[tuple[float, float]]
    commonest: Confused
    mistakes: list[Shown]
    hits: list[Shown]


@dataclass(frozen=True)
class Duel:
    """Two models on the same test pictures.

    Counts of pictures: both right, only the first, only the second, neither; `alike` those that
    both call the same, rightly or not. `p_value` is that of McNemar's exact test: how likely so
    uneven a split is between equally good models.
    """

    both: int
    only_first: int
    only_second: int
    neither: int
    alike: int
    p_value: float

    @property
    def count(self) -> int:
        """All pictures."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def verdict(self) -> str:
        """What the test says, at the usual level of 5 %."""
        if self.p_value < 0.05:
            return "So uneven a split would be rare between equally good models."
        return "Chance alone could split them so: neither is shown to be better."


@dataclass(frozen=True)
class Answers:
    """Probabilities `(n, classes)` and true classes `(n,)` of one run's test part."""

    probabilities: np.ndarray
    truth: np.ndarray

    @property
    def predicted(self) -> np.ndarray:
        """The most probable class of each picture, int `(n,)`."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> np.ndarray:
        """Its probability, `(n,)` in 0..1."""
        return self.probabilities.max(axis=1)

    @property
    def right(self) -> np.ndarray:
        """Whether it is the true class, bool `(n,)`."""
        return self.predicted == self.truth


def report(folder: str) -> Report:
    """Everything the Evaluate page says of one run.

    Args:
        folder: The run's folder.

    Raises:
        LabError: no model yet, or its dataset is not on this machine.
    """
    run = Run(Path(folder))
    answers, test = answers_of(run), test_part(run)
    rows = reliability(answers.confidence, answers.right)
    judged = judge(
        *(run.name, test, "test", answers.probabilities, answers.truth), basis(run, test)
    )
    cell = commonest_mistake(judged.confusion)
    return Report(
        evaluation=judged,
        top_k=top_k(answers.probabilities, answers.truth),
        reliability=rows,
        calibration_error=calibration_error(rows),
        rejection=rejection(answers.confidence, answers.right),
        commonest=Confused(*cell, pictures(folder, "cell", *cell)),
        mistakes=pictures(folder, "mistakes"),
        hits=pictures(folder, "hits"),
    )


def commonest_mistake(confusion: list[list[int]]) -> tuple[int, int]:
    """The `(truth, predicted)` counted most often off the diagonal."""
    counts = np.array(confusion)
    np.fill_diagonal(counts, -1)
    truth, predicted = np.unravel_index(counts.argmax(), counts.shape)
    return int(truth), int(predicted)


def pictures(
    folder: str, kind: str, truth: int = 0, predicted: int = 0, most: int = 24
) -> list[Shown]:
    """Test pictures with what the model predicted of them.

    Args:
        folder: The run's folder.
        kind: "cell" (those of class `truth` called `predicted`, surest first), "mistakes" (surest
            first) or "hits" (least sure first).
        truth: Class index for "cell".
        predicted: Class index for "cell".
        most: At most so many.
    """
    run = Run(Path(folder))
    answers = answers_of(run)
    chosen = {
        "cell": (answers.truth == truth) & (answers.predicted == predicted),
        "mistakes": ~answers.right,
        "hits": answers.right,
    }[kind]
    order = np.argsort(answers.confidence if kind == "hits" else -answers.confidence)
    return _shown(run, answers, order[chosen[order]][:most])


def duel(first: str, second: str) -> Duel:
    """Where one of two runs is right and the other wrong.

    Raises:
        LabError: they were tested on different pictures.
    """
    a, b = rivals(first, second)
    only_a, only_b = int((a.right & ~b.right).sum()), int((b.right & ~a.right).sum())
    return Duel(
        both=int((a.right & b.right).sum()),
        only_first=only_a,
        only_second=only_b,
        neither=int((~a.right & ~b.right).sum()),
        alike=int((a.predicted == b.predicted).sum()),
        p_value=mcnemar(only_a, only_b),
    )


def only_first_right(first: str, second: str, most: int = 24) -> list[Shown]:
    """Pictures the first run reads and the second does not, with the second's answers."""
    a, b = rivals(first, second)
    chosen = np.flatnonzero(a.right & ~b.right)
    order = chosen[np.argsort(-b.confidence[chosen])]
    return _shown(Run(Path(second)), b, order[:most])


def top_k(probabilities: np.ndarray, truth: np.ndarray) -> dict[int, float]:
    """Share of pictures (0..1) whose true class is among the k most probable, k = 1, 2, 3, 5.

    Args:
        probabilities: `(n, classes)`.
        truth: Class indices `(n,)`.
    """
    own = probabilities[np.arange(len(truth)), truth]
    rank = (probabilities > own[:, None]).sum(axis=1)
    return {k: float((rank < k).mean()) for k in (1, 2, 3, 5) if k < probabilities.shape[1]}


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p-value of so uneven a split; 1 when the models never differ.

    Source: McNemar, Psychometrika 12, 1947; exact by the binomial distribution.
    """
    n, k = only_first + only_second, min(only_first, only_second)
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, i) for i in range(k + 1))
    return min(1.0, 2 * tail / 2**n)


def rivals(first: str, second: str) -> tuple[Answers, Answers]:
    """Two runs' answers to the same test pictures; `LabError` if their data differ."""
    a, b = Run(Path(first)), Run(Path(second))
    check_known(a)
    check_known(b)
    if len({datasets.stand_in(run.config.dataset) for run in (a, b)}) > 1:
        raise LabError(
            f"{a.name} was tested on {a.config.dataset}, {b.name} on {b.config.dataset}: "
            "choose two runs of one dataset."
        )
    first_answers, second_answers = answers_of(a), answers_of(b)
    if not np.array_equal(first_answers.truth, second_answers.truth):
        raise LabError(
            f"Of {a.name} and {b.name} one was made in a class's room, which holds test pictures "
            "back: choose two runs of the room, or wait until it is closed."
        )
    return first_answers, second_answers


def _shown(run: Run, answers: Answers, chosen: np.ndarray) -> list[Shown]:
    test, labels = test_part(run), run.config.labels
    found = []
    for index in chosen:
        best = np.argsort(-answers.probabilities[index])[:3]
        found.append(
            Shown(
                picture=np.squeeze(test.x_test[index]),
                index=int(index),
                truth=labels[answers.truth[index]],
                answers=tuple((labels[i], float(answers.probabilities[index, i])) for i in best),
            )
        )
    return found


def answers_of(run: Run) -> Answers:
    """What a run says of its test part; computed once for each state of its model and its data.

    Raises:
        LabError: no model yet, or its dataset is not here or another one than it learned.
    """
    file = run.network_file
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    data = datasets.stamp(datasets.stand_in(run.config.dataset))
    return _computed(run, stamp, f"{data} {rooms.stamp(run)}")


@functools.lru_cache(maxsize=32)
def _computed(run: Run, _stamp: int, _data: str) -> Answers:
    test = test_part(run)
    return Answers(answer(run, test.x_test), test.y_test)


def test_part(run: Run) -> datasets.Data:
    """A run's dataset, or the part of it that is here, without the training pictures.

    In the run's own size; the last two are kept.

    Raises:
        LabError: it is not here, or another one than the run learned.
    """
    check_known(run)
    name = datasets.stand_in(run.config.dataset)
    return fitting(run, _loaded(name, run.config.input_shape, datasets.stamp(name)))


@functools.lru_cache(maxsize=2)
def _loaded(dataset: str, shape: tuple[int, int, int], _data: str) -> datasets.Data:
    """The dataset without its training pictures: the engine lives long, and they are large."""
    data = datasets.load(dataset, shape)
    empty = data.x_train[:0].copy()
    return replace(data, x_train=empty, x_val=empty, x_test=data.x_test.copy())
