"""How far a model's confidence may be trusted: reliability, calibration error, rejection."""

import numpy as np

_BINS = 10
_CURVE_POINTS = 100


def reliability(confidence: np.ndarray, right: np.ndarray) -> list[dict[str, float]]:
    """Ten equal bins of confidence: is a model that says 80 % right 80 times in a hundred?

    Args:
        confidence: Probability of the answer, `(n,)` in 0..1.
        right: Whether it is right, bool `(n,)`.

    Source: Guo et al., "On Calibration of Modern Neural Networks", arXiv:1706.04599.
    """
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return [
        {
            "confidence": float(confidence[bins == b].mean()),
            "accuracy": float(right[bins == b].mean()),
            "count": int((bins == b).sum()),
        }
        for b in range(_BINS)
        if (bins == b).any()
    ]


def calibration_error(rows: list[dict[str, float]]) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy, by count."""
    count = sum(row["count"] for row in rows)
    return sum(row["count"] * abs(row["confidence"] - row["accuracy"]) for row in rows) / count


def rejection(confidence: np.ndarray, right: np.ndarray) -> list[tuple[float, float]]:
    """(share answered, accuracy on it) when the model may refuse what it is least sure of.

    Args:
        confidence: Probability of the answer, `(n,)` in 0..1.
        right: Whether it is right, bool `(n,)`.

    Source: El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification", 2010.
    """
    ordered = right[np.argsort(-confidence, kind="stable")]
    accuracy = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    ends = np.unique(np.linspace(1, len(ordered), _CURVE_POINTS).astype(int))
    return [(float(end / len(ordered)), float(accuracy[end - 1])) for end in ends]
