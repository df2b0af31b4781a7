"""At most so many parameters, bytes or milliseconds: which model?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cnnlab.comparison._metrics import Row


@dataclass(frozen=True)
class Miss:
    """A model outside the budget: by what factor each limit is passed."""

    row: Row
    over: Mapping[str, float]


@dataclass(frozen=True)
class Budget:
    """The answer to a budget.

    Attributes:
        best: The most accurate model inside; None when none fits.
        fitting: All inside, most accurate first.
        frugal: The one with the fewest parameters inside whose 95 % interval still reaches the
            accuracy of `best`: chance alone could explain its distance. None if that is `best`.
        next: The cheapest-to-reach model outside that reads more than `best`.
        unknown: Names of tested models that lack a limited figure.
    """

    best: Row | None
    fitting: tuple[Row, ...]
    frugal: Row | None
    next: Miss | None
    unknown: tuple[str, ...]


def within(rows: Sequence[Row], limits: Mapping[str, float], least: float = 0.0) -> Budget:
    """The models that keep to every limit.

    Args:
        rows: Rows of `metrics_row` that may be compared.
        limits: At most so much of each key.
        least: At least this accuracy (0..1).
    """
    tested = [row for row in rows if row["accuracy"] is not None]
    known = [row for row in tested if all(row[key] is not None for key in limits)]
    ranked = sorted(known, key=lambda row: (-row["accuracy"], row["params"] or 0))
    fitting = [row for row in ranked if not _over(row, limits) and row["accuracy"] >= least]
    best = fitting[0] if fitting else None
    return Budget(
        best=best,
        fitting=tuple(fitting),
        frugal=_frugal(fitting),
        next=_next(ranked, limits, max(least, best["accuracy"] if best else 0.0), best),
        unknown=tuple(row["run"] for row in tested if row not in known),
    )


def _over(row: Row, limits: Mapping[str, float]) -> dict[str, float]:
    return {
        key: row[key] / limit if limit else float("inf")
        for key, limit in limits.items()
        if row[key] > limit
    }


def _frugal(fitting: list[Row]) -> Row | None:
    close = [
        row
        for row in fitting
        if row["params"] and row["interval"] and row["interval"][1] >= fitting[0]["accuracy"]
    ]
    small = min(close, key=lambda row: row["params"], default=None)
    return small if small is not (fitting[0] if fitting else None) else None


def _next(
    ranked: list[Row], limits: Mapping[str, float], accuracy: float, best: Row | None
) -> Miss | None:
    better = [
        Miss(row, over)
        for row in ranked
        if (over := _over(row, limits))
        and (row["accuracy"] > accuracy or (best is None and row["accuracy"] >= accuracy))
    ]
    return min(better, key=lambda miss: max(miss.over.values()), default=None)
