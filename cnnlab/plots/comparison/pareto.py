"""Accuracy against cost: measured models, their front, and published figures apart."""

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cnnlab.plots._style import GREY, brief, figure, plain
from cnnlab.plots.comparison.joined import ladder_lines, study_lines
from cnnlab.plots.comparison.points import Point, Published, front_places, height

_DOTTED = {"color": GREY, "width": 1, "dash": "dot"}


def pareto(
    points: Sequence[Point],
    front: Sequence[str],
    published: Sequence[Published],
    cost: str,
    errors: bool = False,
    named: bool = False,
) -> go.Figure:
    """Accuracy against cost on a logarithmic axis, the front drawn as steps.

    Args:
        points: Measured models, cheapest first.
        front: Names of those nobody beats.
        published: Other people's figures, in hollow diamonds.
        cost: The horizontal axis' title.
        errors: Show the share of mistakes on a logarithmic axis instead of the accuracy.
        named: Write the published figures' names beside them.
    """
    best = [point for point in points if point.name in front]
    heights = [height(point.accuracy, errors) for point in best]
    costs, name = [point.cost for point in best], "front: no measured model beats these"
    data = [front_line(costs, heights, name)] if points else []
    if published:
        data.append(_diamonds(published, errors, named))
    data += ladder_lines(points, errors) + study_lines(points, errors)
    data += [_dot(point, errors) for point in points]
    title = "mistakes on the test pictures" if errors else "test accuracy"
    axis: dict[str, Any] = {"title": title, "tickformat": ".3~%"}
    if errors:
        axis |= {"type": "log", "autorange": "reversed", "minor": {"showgrid": False}}
    return figure(
        data,
        # On a narrow screen every name in the legend takes a line of its own.
        340 + 14 * sum(not point.alike for point in points),
        xaxis={
            "title": f"{cost}, logarithmic",
            "type": "log",
            "dtick": 1,
            "exponentformat": "SI",
            "range": _room([*(p.cost for p in points), *(p.cost for p in published)]),
        },
        yaxis=axis,
        margin={"l": 64, "r": 24, "t": 12, "b": 48},
        hovermode="closest",
        showlegend=True,
    )


def ringed(chart: go.Figure, mine: Sequence[Point], errors: bool = False) -> go.Figure:
    """The chart of `pareto` with a ring around the reader's own points."""
    if mine:
        chart.add_scatter(
            mode="markers",
            name="yours",
            x=[point.cost for point in mine],
            y=[height(point.accuracy, errors) for point in mine],
            cliponaxis=False,
            marker={"symbol": "circle-open", "size": 22, "color": GREY, "line": {"width": 2}},
            hoverinfo="skip",
        )
    return chart


def unbeaten(cheapest_first: Sequence[Point]) -> list[str]:
    """Names of the points above all that cost less: what `pareto` takes as the front."""
    places = front_places([point.accuracy for point in cheapest_first])
    return [cheapest_first[place].name for place in places]


def golf(
    chart: go.Figure, limit: float | None, goals: Sequence[float], errors: bool = False
) -> go.Figure:
    """The chart of `pareto` with the corner to get into: left of `limit`, beyond the goals."""
    if limit is not None:
        _limit(chart, limit)
    for goal in goals:
        level = height(goal, errors)
        chart.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=level, y1=level, line=_DOTTED, layer="below"
        )
        chart.add_annotation(
            x=1,
            xref="paper",
            y=math.log10(level) if errors else level,
            text=f"goal {goal * 100:g} %",
            xanchor="right",
            yanchor="bottom",
            showarrow=False,
            font={"size": 11, "color": GREY},
        )
    return chart


def _limit(chart: go.Figure, limit: float) -> None:
    chart.add_shape(
        type="line", x0=limit, x1=limit, y0=0, y1=1, yref="paper", line=_DOTTED, layer="below"
    )
    chart.add_annotation(
        x=math.log10(limit),
        y=0,
        yref="paper",
        text=f"at most {limit:,}",
        textangle=-90,
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11, "color": GREY},
    )


def front_line(costs: Sequence[float], heights: Sequence[float], name: str) -> dict[str, Any]:
    """The front as steps, cheapest first; `name` stands in the legend."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(costs),
        "y": list(heights),
        "line": {"color": GREY, "width": 2, "shape": "hv"},
        "hoverinfo": "skip",
    }


def _diamonds(published: Sequence[Published], errors: bool, named: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text" if named else "markers",
        "name": "published by a source, not measured here",
        "text": [f" {plain(p.name)} " for p in published],
        "textposition": "bottom center",
        "textfont": {"size": 11, "color": GREY},
        "x": [p.cost for p in published],
        "y": [height(p.accuracy, errors) for p in published],
        "marker": {"symbol": "diamond-open", "size": 11, "color": GREY, "line": {"width": 2}},
        "customdata": [[plain(p.name), p.accuracy, plain(p.words)] for p in published],
        "hovertemplate": "<b>%{customdata[0]}</b>, published<br>%{x:,} parameters, "
        "%{customdata[1]:.2%}<br>%{customdata[2]}<extra></extra>",
    }


def _room(costs: Sequence[float]) -> list[float]:
    """The logarithmic axis' ends, with room for labels."""
    return [math.log10(min(costs)) - 0.6, math.log10(max(costs)) + 0.4]


def _dot(point: Point, errors: bool) -> dict[str, Any]:
    """One model, named in the legend: beside the points, names would run into each other."""
    low, high = point.interval or (point.accuracy, point.accuracy)
    up, down = high - point.accuracy, point.accuracy - low
    if errors:
        up, down = down, up
    return {
        "type": "scatter",
        "mode": "markers",
        "name": brief(point.name),
        "showlegend": not point.alike,
        "x": [point.cost],
        "y": [height(point.accuracy, errors)],
        "cliponaxis": False,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [up],
            "arrayminus": [down],
            "color": point.mark.color,
            "thickness": 1,
            "width": 4,
        },
        "marker": {
            "color": point.mark.color,
            "symbol": point.mark.symbol,
            "size": 9 if point.alike else 13,
        },
        "hovertemplate": f"<b>{plain(point.name)}</b><br>{plain(point.words)}<extra></extra>",
    }
