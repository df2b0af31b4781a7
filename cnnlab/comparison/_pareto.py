"""Who is beaten by nobody: the Pareto front of accuracy against a cost."""

from collections.abc import Sequence

from cnnlab.comparison._metrics import Row


def points(rows: Sequence[Row], cost: str) -> list[Row]:
    """The rows that have both an accuracy and a positive `cost`, cheapest first."""
    found = [row for row in rows if row["accuracy"] is not None and row[cost]]
    return sorted(found, key=lambda row: (row[cost], -row["accuracy"]))


def front(rows: Sequence[Row], cost: str) -> list[str]:
    """Names of the runs that no other run beats, cheapest first.

    A run is beaten when another costs no more and reads no less, and one of the two is
    strictly better.

    Args:
        rows: Rows of `metrics_row` that may be compared.
        cost: A key whose smaller values are better.
    """
    names, best = [], None
    for row in points(rows, cost):
        here = (row["accuracy"], row[cost])
        if best is None or here[0] > best[0] or here == best:
            names.append(row["run"])
            best = here
    return names
