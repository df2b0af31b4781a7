"""Accuracy on test pictures over the strength of each transform.

Source: Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
Perturbations", 2019, arXiv:1903.12261.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnlab import progress
from cnnlab.errors import LabError
from cnnlab.evaluation import wilson_interval
from cnnlab.evaluation.report import test_part
from cnnlab.robustness._cards import TRANSFORMS, all_transforms
from cnnlab.robustness.breaking import answers, as_bytes
from cnnlab.runs import Run

USUAL, MOST = 300, 2000  # test pictures
STEPS = 4  # strengths in each direction
MOST_MACS = 2 * 10**11  # of all forward passes together: about a minute on two cores


@dataclass(frozen=True)
class Fall:
    """One network's accuracy over the strength of one transform.

    `intervals` are 95 % Wilson intervals, (low, high), one for each strength.
    """

    transform: str
    strengths: tuple[float, ...]
    accuracies: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...]

    @property
    def mean(self) -> float:
        """Over all strengths but the one that changes nothing, 0..1."""
        unchanged = TRANSFORMS[self.transform].unchanged
        return float(
            np.mean(
                [a for s, a in zip(self.strengths, self.accuracies, strict=True) if s != unchanged]
            )
        )


@dataclass(frozen=True)
class Robustness:
    """One network on the same `count` test pictures, spoiled in several ways."""

    run: str
    count: int
    accuracy: float
    falls: tuple[Fall, ...]


def robustness(
    run: Run, count: int = USUAL, names: Sequence[str] = (), seed: int = 0
) -> Robustness:
    """Measure a run on spoiled test pictures.

    Args:
        run: One with a model, whose dataset is here.
        count: Test pictures, spread evenly; fewer of a network so large that it would take long.
        names: Transforms; none: all.
        seed: For what is left to chance.

    Raises:
        LabError: no model, no dataset, an unknown transform, or a count out of range.
    """
    if not 1 <= count <= MOST:
        raise LabError(f"Between 1 and {MOST:,} test pictures can be taken. Received: {count}.")
    cards = [TRANSFORMS[name] for name in names] or all_transforms()
    test = test_part(run)
    grids = [card.steps(STEPS) for card in cards]
    passes = sum(map(len, grids)) * max(1, run.metrics.macs or 10**6)
    count = min(count, len(test.y_test), max(20, MOST_MACS // passes))
    chosen = np.unique(np.linspace(0, len(test.y_test) - 1, count).astype(int))
    floats, truth = test.x_test[chosen].astype(np.float32) / 255, test.y_test[chosen]
    before = (answers(run, test.x_test[chosen]).argmax(axis=1) == truth).mean()
    falls = []
    for number, (card, grid) in enumerate(zip(cards, grids, strict=True)):
        progress.tell(number, len(cards), "ways to spoil them")
        right = [
            int((_called(run, card.apply(floats, float(one), seed)) == truth).sum()) for one in grid
        ]
        falls.append(
            Fall(
                card.name,
                tuple(map(float, grid)),
                tuple(one / len(truth) for one in right),
                tuple(wilson_interval(one, len(truth)) for one in right),
            )
        )
    return Robustness(run.name, len(truth), float(before), tuple(falls))


def _called(run: Run, pictures: np.ndarray) -> np.ndarray:
    return answers(run, as_bytes(pictures)).argmax(axis=1)
