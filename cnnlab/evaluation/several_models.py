"""Several models on the same test pictures: where they agree, class by class, and where not.

Called by the pages through the engine, which keeps answers and test pictures between calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnlab.errors import LabError
from cnnlab.evaluation.report import Answers, answers_of, test_part
from cnnlab.runs import Run


@dataclass(frozen=True)
class Disputed:
    """A test picture the models disagree on: uint8 `(h, w)` or `(h, w, 3)`, and its class.

    `answers` has for each model its best classes with their probabilities, best first.
    """

    picture: np.ndarray
    index: int
    truth: str
    answers: tuple[tuple[tuple[str, float], ...], ...]


@dataclass(frozen=True)
class Together:
    """Several models' answers to the same test pictures, counted now.

    Attributes:
        accuracy: By model, in the order asked for.
        agreement: `agreement[i][j]` is the share of pictures that i and j answer alike.
        recall: By model, the share of each class it finds.
        all_right, none_right: Counts of pictures that all, or none, of the models read.
        disputed: The pictures with most different answers, the surest dispute first.
    """

    count: int
    labels: tuple[str, ...]
    accuracy: tuple[float, ...]
    agreement: list[list[float]]
    recall: list[list[float]]
    all_right: int
    none_right: int
    disputed: tuple[Disputed, ...]


def together(folders: Sequence[str], most: int = 24) -> Together:
    """Ask all models about all test pictures and count.

    Args:
        folders: Folders of runs tested on the same pictures.
        most: At most so many disputed pictures.

    Raises:
        LabError: a model or the dataset is not there, or the test pictures differ.
    """
    found = [Run(Path(folder)) for folder in folders]
    answers = [answers_of(run) for run in found]
    truth = answers[0].truth
    for run, other in zip(found, answers, strict=True):
        if not np.array_equal(other.truth, truth):
            raise LabError(f"{run.name} was tested on other pictures than {found[0].name}.")
    predicted = np.stack([one.predicted for one in answers])
    right = predicted == truth
    labels = tuple(found[0].config.labels)
    return Together(
        count=len(truth),
        labels=labels,
        accuracy=tuple(float(share) for share in right.mean(axis=1)),
        agreement=[[float((a == b).mean()) for b in predicted] for a in predicted],
        recall=[_recall(row, truth, len(labels)) for row in right],
        all_right=int(right.all(axis=0).sum()),
        none_right=int((~right).all(axis=0).sum()),
        disputed=_disputed(found[0], answers, predicted, labels, most),
    )


def _recall(right: np.ndarray, truth: np.ndarray, classes: int) -> list[float]:
    there = np.bincount(truth, minlength=classes)
    return (np.bincount(truth[right], minlength=classes) / np.maximum(there, 1)).tolist()


def _disputed(
    run: Run, answers: Sequence[Answers], predicted: np.ndarray, labels: tuple[str, ...], most: int
) -> tuple[Disputed, ...]:
    ordered = np.sort(predicted, axis=0)
    different = 1 + (ordered[1:] != ordered[:-1]).sum(axis=0)
    sure = np.mean([one.confidence for one in answers], axis=0)
    order = np.lexsort((-sure, -different))
    pictures = test_part(run).x_test
    return tuple(
        Disputed(
            picture=np.squeeze(pictures[index]),
            index=int(index),
            truth=labels[answers[0].truth[index]],
            answers=tuple(_best(one.probabilities[index], labels) for one in answers),
        )
        for index in order[different[order] > 1][:most]
    )


def _best(probabilities: np.ndarray, labels: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    chosen = np.argsort(-probabilities)[:3]
    return tuple((labels[i], float(probabilities[i])) for i in chosen)
