"""Classification metrics from counts: an interval, balanced accuracy, precision, recall, F1."""

import math
from typing import Any

import numpy as np


def wilson_interval(right: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a proportion; sane at 0 and 1, where the usual formula has no width.

    Source: Wilson, "Probable inference", JASA 22, 1927.
    """
    if count == 0:
        return 0.0, 1.0
    p = right / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def balanced_accuracy(confusion: np.ndarray) -> float:
    """The mean recall of the classes that have pictures, from counts `(truth, guess)`.

    Source: Brodersen et al., "The balanced accuracy and its posterior distribution", 2010.
    """
    there = confusion.sum(axis=1)
    return float((np.diag(confusion)[there > 0] / there[there > 0]).mean())


def per_class(labels: tuple[str, ...], confusion: np.ndarray) -> list[dict[str, Any]]:
    """Count, precision, recall and F1 of each class, from counts `(truth, guess)`; 0..1 each."""
    rows = []
    for i, label in enumerate(labels):
        hit, predicted, there = confusion[i, i], confusion[:, i].sum(), confusion[i].sum()
        precision = hit / predicted if predicted else 0.0
        recall = hit / there if there else 0.0
        both = precision + recall
        rows.append(
            {
                "label": label,
                "count": int(there),
                "precision": float(precision),
                "recall": float(recall),
                "f1": float(2 * precision * recall / both) if both else 0.0,
            }
        )
    return rows
