"""A network's answers before and after something was done to it, on the same test pictures."""

from dataclasses import dataclass

import numpy as np

from cnnlab import datasets
from cnnlab.evaluation.report import mcnemar

MOST_SHOWN = 24  # flipped pictures


@dataclass(frozen=True)
class Flipped:
    """A test picture whose answer changed: uint8 `(height, width, channels)`, number, labels.

    `confidence` is that of the new answer.
    """

    picture: np.ndarray
    index: int
    truth: str
    before: str
    after: str
    confidence: float


@dataclass(frozen=True)
class Outcome:
    """A network before and after some operations, on the same test pictures.

    Attributes:
        whole: Whether these are all test pictures; else they are spread evenly over them.
        variant: Of the dataset.
        before, after: Accuracy, 0..1, and `recall_before`, `recall_after` that of each class; of
            one without pictures 0.
        lost: Pictures it read and no longer reads; `gained` the other way round; `changed` all
            whose answer is another.
        p_value: Of McNemar's exact test on lost and gained.
        flipped: At most 24 of the changed ones, the lost first, the surest first.
    """

    count: int
    whole: bool
    variant: str
    labels: tuple[str, ...]
    before: float
    after: float
    recall_before: tuple[float, ...]
    recall_after: tuple[float, ...]
    lost: int
    gained: int
    changed: int
    p_value: float
    flipped: tuple[Flipped, ...]


def outcome_of(
    data: datasets.Data,
    whole: bool,
    chosen: np.ndarray,
    truth: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
) -> Outcome:
    """Both answers counted.

    Args:
        data: The dataset.
        whole: Whether all its test pictures were asked about.
        chosen: Their places `(n,)` in the test part; `truth` `(n,)` their classes.
        before: Probabilities `(n, classes)`; `after` likewise.
    """
    was, now = before.argmax(axis=1), after.argmax(axis=1)
    right, still = was == truth, now == truth
    lost, gained = int((right & ~still).sum()), int((~right & still).sum())
    sure = after.max(axis=1)
    order = np.lexsort((-sure, ~(right & ~still)))
    shown = order[(was != now)[order]][:MOST_SHOWN]
    there = np.maximum(np.bincount(truth, minlength=len(data.labels)), 1)
    return Outcome(
        count=len(truth),
        whole=whole or len(truth) == len(data.y_test),
        variant=data.variant,
        labels=tuple(map(str, data.labels)),
        before=float(right.mean()),
        after=float(still.mean()),
        recall_before=_recall(truth[right], there),
        recall_after=_recall(truth[still], there),
        lost=lost,
        gained=gained,
        changed=int((was != now).sum()),
        p_value=mcnemar(lost, gained),
        flipped=tuple(
            Flipped(
                picture=data.x_test[chosen[i]],
                index=int(chosen[i]),
                truth=str(data.labels[truth[i]]),
                before=str(data.labels[was[i]]),
                after=str(data.labels[now[i]]),
                confidence=float(sure[i]),
            )
            for i in shown
        ),
    )


def _recall(right: np.ndarray, there: np.ndarray) -> tuple[float, ...]:
    return tuple((np.bincount(right, minlength=len(there)) / there).tolist())
