"""The table of a group, ready to be drawn, printed or saved."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.comparison._metrics import METRICS, Metric, Row, mixed_latencies, shown

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
class TableRow:
    """A metric and its value for every run, in their order."""

    metric: Metric
    cells: tuple[Cell, ...]


def table(rows: Sequence[Row], baseline: str = "") -> list[TableRow]:
    """The rows of `METRICS` that any of the runs has a value for.

    `baseline` names one of the runs: under the others' values stands how they differ from it.
    """
    base = next((row for row in rows if row["run"] == baseline), None)
    return [
        TableRow(metric, tuple(_cell(metric, row, rows, base) for row in rows))
        for metric in METRICS
        if any(row[metric.key] is not None for row in rows)
    ]


def difference(kind: str, value: float, base: float) -> str:
    """How a value differs from the baseline's, in words: "+1.20 points", "-12 %", "0.25x".

    Args:
        kind: Of a `Metric`; shares differ in points of 100, all else as a share or a factor.
        value: The run's; `base` the baseline's.
    """
    if kind == "percent":
        return f"{(value - base) * 100:+.2f} points"
    if value == base:
        return "the same"
    if not base:
        return ""
    factor = value / base
    return f"{(factor - 1) * 100:+.0f} %" if 0.5 < factor < 2 else _times(factor)


def _cell(metric: Metric, row: Row, rows: Sequence[Row], base: Row | None) -> Cell:
    value = row[metric.key]
    if value is None:
        return Cell("not measured" if metric.better else "")
    best = _best(metric, rows)
    tie = metric.key == "accuracy" and bool(row["interval"]) and row["interval"][1] >= (best or 2)
    return Cell(
        shown(metric.kind, value),
        _note(metric, row, best) if base is None else _against(metric, row, base),
        best=best is not None and value == best,
        tie=tie and value != best,
    )


def _best(metric: Metric, rows: Sequence[Row]) -> float | None:
    """The best value of several; None where there is nothing to choose between."""
    values = [row[metric.key] for row in rows if row[metric.key] is not None]
    if not metric.better or len(set(values)) < 2:
        return None
    return max(values) if metric.better == "high" else min(values)


def _against(metric: Metric, row: Row, base: Row) -> str:
    """Its difference to the baseline's value, where both are figures."""
    value, other = row[metric.key], base[metric.key]
    if row is base or metric.kind == "text" or value is None or other is None:
        return ""
    return difference(metric.kind, value, other)


def _note(metric: Metric, row: Row, best: float | None) -> str:
    value = row[metric.key]
    if metric.key == "accuracy" and row["interval"]:
        low, high = row["interval"]
        return f"{low * 100:.2f} to {high * 100:.2f}"
    if metric.key == "mean_accuracy" and row["deviation"] is not None:
        return f"± {row['deviation'] * 100:.2f}, {row['seed_count']} seeds"
    if best and metric.better == "low" and value / best >= 1.05:
        return f"{_times(value / best)} the least"
    return ""


def _times(factor: float) -> str:
    return f"{factor:.2g}×" if factor < 10 else f"{factor:,.0f}×"


def text(title: str, apart: Sequence[str], rows: Sequence[Row]) -> str:
    """A group's table for a terminal; best values carry a star, ties with the best a tilde."""
    lines = [[row.metric.title, *(_plain(cell) for cell in row.cells)] for row in table(rows)]
    cells = [["", *(row["run"] for row in rows)], *lines]
    widths = [max(len(line[i]) for line in cells) for i in range(len(rows) + 1)]
    head = f"{title}. Kept apart: {'; '.join(apart)}." if apart else f"{title}."
    body = ["  ".join(map(str.rjust, line, widths)) for line in cells]
    return "\n".join([head, *body, *filter(None, [mixed_latencies(rows)]), ""])


def _plain(cell: Cell) -> str:
    return f"{'*' if cell.best else '~' if cell.tie else ''}{cell.text}"


def csv_text(rows: Sequence[Row]) -> str:
    """All metrics as CSV, one line per run, raw numbers with their units in the heading."""
    keys = ["run", "title", "state", "shipped", "parent", "accuracy", "interval_low"]
    keys += ["interval_high", "mean_accuracy", "deviation", "seed_count"]
    keys += [f.key for f in METRICS if f.key not in keys]
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

    A sign alone, such as "=" between two equal lines, computes nothing and stays, too.

    Source: OWASP, "CSV Injection".
    """
    if not isinstance(value, str):
        return value
    risky = value.lstrip(" \n")[:1] in FORMULA_STARTS and len(value.strip()) > 1
    # A bare carriage return would end the line for some readers.
    return (mark if risky else "") + value.replace("\r", " ")
