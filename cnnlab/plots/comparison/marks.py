"""What a run looks like and is called, the same in every chart and table of a comparison."""

from collections.abc import Sequence

from cnnlab.comparison import Row
from cnnlab.plots.comparison.points import Mark, mark


def marks(rows: Sequence[Row]) -> dict[str, Mark]:
    """The look of every run, by name, in the order of `rows`."""
    return {row["run"]: mark(number) for number, row in enumerate(rows)}


def labels(rows: Sequence[Row]) -> dict[str, str]:
    """What charts call every run, by name: its title, or its name where titles repeat."""
    titles = [row["title"] for row in rows]
    return {
        row["run"]: row["title"] if titles.count(row["title"]) == 1 else row["run"] for row in rows
    }
