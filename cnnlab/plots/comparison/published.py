"""A source's comparison, published beside measured: the chart and the table."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cnnlab.comparison import shown, sources
from cnnlab.comparison.published_rows import PublishedRow, as_printed
from cnnlab.plots.comparison import tables
from cnnlab.plots.comparison.pareto import pareto, unbeaten
from cnnlab.plots.comparison.points import Point, Published, mark


def source_chart(source: sources.Source, pairs: Sequence[sources.Reproduction]) -> go.Figure | None:
    """Published accuracies against parameters, and measured ones beside them; None without any.

    Where the source printed no count, its point stands at our own.
    """
    others = [point for pair in pairs if (point := _printed(source, pair))]
    measured = [
        Point(
            pair.network.name,
            pair.measured["params"],
            pair.measured["accuracy"],
            tuple(pair.measured["interval"]) if pair.measured["interval"] else None,
            mark(number),
            f"{pair.run}, measured: {shown('percent', pair.measured['accuracy'])}",
        )
        for number, pair in enumerate(pairs)
        if pair.run and pair.measured["params"]
    ]
    if not others and not measured:
        return None
    measured.sort(key=lambda point: point.cost)
    return pareto(measured, unbeaten(measured), others, "Parameters", named=True)


def _printed(source: sources.Source, pair: sources.Reproduction) -> Published | None:
    """The source's point: its own accuracy column, else the best of its methods."""
    published = pair.network.values
    counted = sources.counted(source, pair.network)
    values = {k: v for k, v in published.items() if isinstance(v, float) and v <= 1}
    if "accuracy" in published:
        accuracy, words = published["accuracy"], ""
    elif values and "params" not in published:
        method = max(values, key=values.__getitem__)
        accuracy, words = values[method], f"by {method}"
    else:
        return None
    params = published.get("params", counted)
    if not params:
        return None
    if "params" not in published:
        words += "; parameters counted here"
    return Published(pair.network.name, params, accuracy, words)


def source_html(
    source: sources.Source,
    pairs: Sequence[sources.Reproduction],
    rows: Sequence[PublishedRow],
) -> str:
    """The source's comparison: published columns, then the measured ones.

    Where the table has a column for each method, ours stands below the method's own figure.
    """
    ours = {(row.name, row.method): row.measured for row in rows if row.measured is not None}
    columns = [(heading, "published") for _, heading, _ in source.columns]
    columns += [(sources.MEASURED[key][0], "measured") for key in source.measured]
    lines = []
    for pair in pairs:
        printed = [
            _cell(kind, pair.network.values.get(key), ours.get((pair.network.name, key)))
            for key, _, kind in source.columns
        ]
        measured = [_measured(source, pair, key) for key in source.measured]
        lines.append(tables.Row("Network", pair.network.name, pair.run, [*printed, *measured]))
    heads = [tables.Head(heading, kind, "") for heading, kind in columns]
    return tables.side_by_side(heads, lines, f"{source.title}: published beside measured")


def _cell(kind: str, value: Any, measured: float | None) -> tables.Value:
    if measured is None:
        return tables.Value(_as_printed(kind, value))
    return tables.Value(_as_printed(kind, value), f"here {shown('percent', measured)}", "measured")


def _as_printed(kind: str, value: Any) -> str:
    """Percentages and seconds with the digits the source gave them; the rest as elsewhere."""
    if kind == "percent":
        return as_printed(value)
    if value is not None and kind == "seconds":
        return f"{value:,g} s"
    return shown(kind, value)


def _measured(source: sources.Source, pair: sources.Reproduction, key: str) -> tables.Value:
    value = pair.measured.get(key)
    if key == "params" and value is None and (count := sources.counted(source, pair.network)):
        return tables.Value(shown("count", count), "", "measured")
    if value is None:
        return tables.Value("")
    note = ""
    if key == "accuracy" and pair.measured["mean_accuracy"]:
        mean, count = pair.measured["mean_accuracy"], pair.measured["seed_count"]
        note = f"mean {mean * 100:.2f}, {count} seeds"
    return tables.Value(shown(sources.MEASURED[key][1], value), note, "measured")
