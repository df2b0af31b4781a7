"""Precision, recall and F1 of every class, their means, and the confusion matrix, as text."""

from collections.abc import Iterator, Sequence
from typing import Any

from cnnlab.evaluation import Evaluation

MEASURES = ("precision", "recall", "f1")
MACRO, WEIGHTED = "mean over classes", "mean by pictures"
_MOST_COLUMNS = 20  # a wider matrix breaks in a terminal


def averages(per_class: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The two means of precision, recall and F1 (0..1).

    Over the classes each class counts the same, by pictures each picture does.

    Args:
        per_class: As in `Evaluation.per_class`: `precision`, `recall`, `f1` and `count`.
    """
    total = sum(row["count"] for row in per_class)
    return {
        MACRO: {key: sum(row[key] for row in per_class) / len(per_class) for key in MEASURES},
        WEIGHTED: {
            key: sum(row[key] * row["count"] for row in per_class) / max(1, total)
            for key in MEASURES
        },
    }


def to_json(found: Evaluation) -> dict[str, Any]:
    """All figures of the report, plain data."""
    return found.to_json() | {"averages": averages(found.per_class)}


def to_text(found: Evaluation) -> str:
    """The report of one model in lines, as one prints it."""
    return "\n".join([*_table(found), "", *_matrix(found)])


def _table(found: Evaluation) -> Iterator[str]:
    means = averages(found.per_class)
    width = max(len(name) for name in (*found.labels, *means))
    low, high = found.interval
    yield f"{found.run}: {found.test_count:,} test pictures of {found.variant}"
    yield f"accuracy {found.accuracy:.4f} (95 % interval {low:.4f} to {high:.4f})"
    yield ""
    yield f"{'':{width}} {'precision':>10} {'recall':>10} {'f1':>10} {'pictures':>10}"
    for row in found.per_class:
        figures = " ".join(f"{row[key]:>10.4f}" for key in MEASURES)
        yield f"{row['label']:{width}} {figures} {row['count']:>10,}"
    yield ""
    for name, values in means.items():
        figures = " ".join(f"{values[key]:>10.4f}" for key in MEASURES)
        yield f"{name:{width}} {figures} {found.test_count:>10,}"


def _matrix(found: Evaluation) -> Iterator[str]:
    labels = found.labels
    if len(labels) > _MOST_COLUMNS:
        yield f"The confusion matrix of {len(labels)} classes stands in the JSON."
        return
    width = max(len(label) for label in labels)
    cell = max(6, *(len(label[:8]) for label in labels)) + 1
    yield "Confusion matrix; rows: what it is, columns: what the model said"
    yield " " * width + "".join(f"{label[:8]:>{cell}}" for label in labels)
    for label, row in zip(labels, found.confusion, strict=True):
        yield f"{label:{width}}" + "".join(f"{count:>{cell},}" for count in row)
