"""What did compression forget? Test pictures the parent reads and the child does not."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnlab.evaluation.report import rivals, test_part
from cnnlab.runs import Run


@dataclass(frozen=True)
class Lost:
    """A forgotten picture: uint8 `(h, w)` or `(h, w, 3)`, and what both runs say of it.

    `parent` and `child` are (class, probability) pairs, the three most probable first.
    """

    picture: np.ndarray
    index: int
    truth: str
    predicted: str
    parent: tuple[tuple[str, float], ...]
    child: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Forgotten:
    """Counts over the whole test part, and the pictures.

    `pairs` holds (true class, what the child says, count), the commonest first; `gained` counts
    pictures that only the child reads.
    """

    count: int
    lost: int
    gained: int
    pairs: tuple[tuple[str, str, int], ...]
    pictures: tuple[Lost, ...]


def forgotten(parent: str, child: str, each: int = 12) -> Forgotten:
    """Compare two runs, given as folders, on their test part; runs in the engine.

    Pictures come pair by pair, the commonest first: at most `each` of a pair, the child's surest
    mistakes before others.

    Raises:
        LabError: no model yet, or they were tested on different pictures.
    """
    before, after = rivals(parent, child)
    run = Run(Path(child))
    labels = [str(label) for label in run.config.labels]
    lost = np.flatnonzero(before.right & ~after.right)
    predicted = after.predicted
    counts = Counter((int(before.truth[i]), int(predicted[i])) for i in lost)
    ranked = [pair for pair, _ in counts.most_common()]
    order = [
        i
        for pair in ranked
        for i in sorted(
            (i for i in lost if (before.truth[i], predicted[i]) == pair),
            key=lambda i: -after.confidence[i],
        )[:each]
    ]
    pictures = test_part(run).x_test
    return Forgotten(
        count=len(before.truth),
        lost=len(lost),
        gained=int((after.right & ~before.right).sum()),
        pairs=tuple((labels[t], labels[s], counts[t, s]) for t, s in ranked),
        pictures=tuple(
            Lost(
                picture=np.squeeze(pictures[i]),
                index=int(i),
                truth=labels[before.truth[i]],
                predicted=labels[predicted[i]],
                parent=_best(before.probabilities[i], labels),
                child=_best(after.probabilities[i], labels),
            )
            for i in order
        ),
    )


def _best(probabilities: np.ndarray, labels: list[str]) -> tuple[tuple[str, float], ...]:
    return tuple((labels[i], float(probabilities[i])) for i in np.argsort(-probabilities)[:3])
