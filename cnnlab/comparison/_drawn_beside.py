"""Published figures beside measured ones, and records, turned into what `plots` draws."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cnnlab.comparison import sources
from cnnlab.comparison._drawn import labels, published_points
from cnnlab.comparison._figures import shown
from cnnlab.comparison._records import Standing
from cnnlab.plots.comparison import charts as plots
from cnnlab.plots.comparison import tables


def records_chart(standing: Standing, errors: bool = False) -> go.Figure:
    """Mean accuracy against parameters, whiskers from the worst seed to the best.

    Args:
        standing: At least one training that counts.
        errors: Mistakes on a logarithmic axis instead of accuracy.
    """
    trainings = standing.all
    words = labels([one.row for one in trainings])
    measured = [
        plots.Point(
            words[one.row["run"]],
            one.row["params"],
            one.mean,
            (min(one.seeds.values()), max(one.seeds.values())),
            plots.mark(number),
            f"{shown('percent', one.mean)}, {one.row['params']:,} parameters, "
            f"{len(one.seeds)} seed{'s' * (len(one.seeds) > 1)}",
        )
        for number, one in enumerate(trainings)
    ]
    challenge = standing.challenge
    return plots.golf(
        plots.pareto(
            measured,
            _unbeaten(measured),
            published_points(challenge.dataset),
            "Parameters",
            errors,
        ),
        challenge.params,
        challenge.goals,
        errors,
    )


def source_chart(source: sources.Source, pairs: Sequence[sources.Beside]) -> go.Figure | None:
    """Published accuracies against parameters, and ours beside them; None without any.

    Where the source printed no count, its point stands at our own.
    """
    others = [point for pair in pairs if (point := _printed(source, pair))]
    ours = [
        plots.Point(
            pair.line.name,
            pair.measured["params"],
            pair.measured["accuracy"],
            tuple(pair.measured["interval"]) if pair.measured["interval"] else None,
            plots.mark(number),
            f"{pair.run}, measured: {shown('percent', pair.measured['accuracy'])}",
        )
        for number, pair in enumerate(pairs)
        if pair.run and pair.measured["params"]
    ]
    if not others and not ours:
        return None
    ours.sort(key=lambda point: point.cost)
    return plots.pareto(ours, _unbeaten(ours), others, "Parameters", named=True)


def _unbeaten(ordered: Sequence[plots.Point]) -> list[str]:
    names, best = [], -1.0
    for point in ordered:
        if point.accuracy > best:
            names.append(point.name)
            best = point.accuracy
    return names


def _printed(source: sources.Source, pair: sources.Beside) -> plots.Published | None:
    """The source's point: its own accuracy column, else the best of its methods."""
    figures = pair.line.figures
    counted = sources.counted(source, pair.line)
    values = {k: v for k, v in figures.items() if isinstance(v, float) and v <= 1}
    if "accuracy" in figures:
        accuracy, words = figures["accuracy"], ""
    elif values and "params" not in figures:
        method = max(values, key=values.__getitem__)
        accuracy, words = values[method], f"by {method}"
    else:
        return None
    params = figures.get("params", counted)
    if not params:
        return None
    if "params" not in figures:
        words += "; parameters counted here"
    return plots.Published(pair.line.name, params, accuracy, words)


def source_html(source: sources.Source, pairs: Sequence[sources.Beside]) -> str:
    """The source's comparison: published columns, then the measured ones."""
    columns = [(heading, "published") for _, heading, _ in source.columns]
    columns += [(sources.MEASURED[key][0], "measured") for key in source.measured]
    lines = []
    for pair in pairs:
        printed = [
            tables.Value(_as_printed(kind, pair.line.figures.get(key)))
            for key, _, kind in source.columns
        ]
        ours = [_measured(source, pair, key) for key in source.measured]
        lines.append(tables.Row("Network", pair.line.name, pair.run, [*printed, *ours]))
    heads = [tables.Head(heading, kind, "") for heading, kind in columns]
    return tables.side_by_side(heads, lines, f"{source.title}: published beside measured")


def _as_printed(kind: str, value: Any) -> str:
    """Percentages and seconds with the digits the source gave them; the rest as ours."""
    if value is not None and kind == "percent":
        return f"{round(value * 100, 4):g} %"
    if value is not None and kind == "seconds":
        return f"{value:,g} s"
    return shown(kind, value)


def _measured(source: sources.Source, pair: sources.Beside, key: str) -> tables.Value:
    value = pair.measured.get(key)
    if key == "params" and value is None and (count := sources.counted(source, pair.line)):
        return tables.Value(shown("count", count), "", "ours")
    if value is None:
        return tables.Value("")
    note = ""
    if key == "accuracy" and pair.measured["mean_accuracy"]:
        mean, count = pair.measured["mean_accuracy"], pair.measured["seed_count"]
        note = f"mean {mean * 100:.2f}, {count} seeds"
    return tables.Value(shown(sources.MEASURED[key][1], value), note, "ours")
