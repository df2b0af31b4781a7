"""The table of a group, ready to be drawn, printed or saved."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.comparison._figures import FIGURES, Figure, Row, shown

# What a spreadsheet reads as the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Cell:
    """One value in words; `note` stands small under it.

    `best`: nobody has a better one. `tie`: an accuracy that chance alone could lift to the best.
    """

    text: str
    note: str = ""
    best: bool = False
    tie: bool = False


@dataclass(frozen=True)
class Line:
    """A figure and its value for every run, in their order."""

    figure: Figure
    cells: tuple[Cell, ...]


def table(rows: Sequence[Row]) -> list[Line]:
    """The lines of `FIGURES` that any of the runs has a value for."""
    return [
        Line(figure, tuple(_cell(figure, row, rows) for row in rows))
        for figure in FIGURES
        if any(row[figure.key] is not None for row in rows)
    ]


def _cell(figure: Figure, row: Row, rows: Sequence[Row]) -> Cell:
    value = row[figure.key]
    if value is None:
        return Cell("not measured" if figure.better else "")
    best = _best(figure, rows)
    tie = figure.key == "accuracy" and bool(row["interval"]) and row["interval"][1] >= (best or 2)
    return Cell(
        shown(figure.kind, value),
        _note(figure, row, best),
        best=best is not None and value == best,
        tie=tie and value != best,
    )


def _best(figure: Figure, rows: Sequence[Row]) -> float | None:
    """The best value of several; None where there is nothing to choose between."""
    values = [row[figure.key] for row in rows if row[figure.key] is not None]
    if not figure.better or len(set(values)) < 2:
        return None
    return max(values) if figure.better == "high" else min(values)


def _note(figure: Figure, row: Row, best: float | None) -> str:
    value = row[figure.key]
    if figure.key == "accuracy" and row["interval"]:
        low, high = row["interval"]
        return f"{low * 100:.2f} to {high * 100:.2f}"
    if figure.key == "mean_accuracy" and row["deviation"] is not None:
        return f"± {row['deviation'] * 100:.2f}, {row['seed_count']} seeds"
    if best and figure.better == "low" and value / best >= 1.05:
        return f"{_times(value / best)} the least"
    return ""


def _times(factor: float) -> str:
    return f"{factor:.2g}×" if factor < 10 else f"{factor:,.0f}×"


def text(title: str, apart: Sequence[str], rows: Sequence[Row]) -> str:
    """A group's table for a terminal; best values carry a star, ties with the best a tilde."""
    lines = [[line.figure.title, *(_plain(cell) for cell in line.cells)] for line in table(rows)]
    cells = [["", *(row["run"] for row in rows)], *lines]
    widths = [max(len(line[i]) for line in cells) for i in range(len(rows) + 1)]
    head = f"{title}. Kept apart: {'; '.join(apart)}." if apart else f"{title}."
    body = ["  ".join(map(str.rjust, line, widths)) for line in cells]
    return "\n".join([head, *body, ""])


def _plain(cell: Cell) -> str:
    return f"{'*' if cell.best else '~' if cell.tie else ''}{cell.text}"


def csv_text(rows: Sequence[Row]) -> str:
    """All figures as CSV, one line per run, raw numbers with their units in the heading."""
    keys = ["run", "title", "state", "shipped", "parent", "accuracy", "interval_low"]
    keys += ["interval_high", "mean_accuracy", "deviation", "seed_count"]
    keys += [f.key for f in FIGURES if f.key not in keys]
    keys += ["dataset", "preparation", "fingerprint"]
    file = io.StringIO()
    writer = csv.DictWriter(file, keys, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        low, high = row["interval"] or (None, None)
        whole = {**row, "interval_low": low, "interval_high": high}
        writer.writerow({key: harmless(value) for key, value in whole.items()})
    return file.getvalue()


def harmless(value: object, mark: str = "'") -> object:
    """A cell no spreadsheet takes for a formula: `mark` in front; numbers stay as they are.

    Source: OWASP, "CSV Injection".
    """
    if not isinstance(value, str):
        return value
    risky = value.lstrip(" \n")[:1] in FORMULA_STARTS
    # A bare carriage return would end the line for some readers.
    return (mark if risky else "") + value.replace("\r", " ")
