"""Accuracy against cost: measured models, their front, and published figures apart."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from cnnlab.plots._style import GREY, PALETTE, figure, plain

_DASHES = ("solid", "dash", "dot")
_SYMBOLS = ("circle", "square", "cross")
_DOTTED = {"color": GREY, "width": 1, "dash": "dot"}


class Mark(NamedTuple):
    """How one run looks in every chart of the page."""

    color: str
    dash: str
    symbol: str


def mark(index: int) -> Mark:
    """The look of the run at `index`; two of twenty never look the same."""
    again = index // len(PALETTE)
    return Mark(PALETTE[index % len(PALETTE)], _DASHES[again % 3], _SYMBOLS[again % 3])


class Point(NamedTuple):
    """One model: cost on the horizontal axis, accuracy and its interval (0..1), look, words.

    `ladder` is the title of the ladder it is a rung of: a line joins the rungs, and where they
    are `alike` that line's name is all there is of them in the legend. `study` is the study it was
    trained for: a line joins those that no cheaper one of the same study beats.
    """

    name: str
    cost: float
    accuracy: float
    interval: tuple[float, float] | None
    mark: Mark
    words: str
    ladder: str = ""
    alike: bool = False
    study: str = ""


class Published(NamedTuple):
    """A figure as its source printed it: never measured here."""

    name: str
    cost: float
    accuracy: float
    words: str


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
    heights = [_height(point.accuracy, errors) for point in best]
    costs, name = [point.cost for point in best], "front: no measured model beats these"
    data = [front_line(costs, heights, name)] if points else []
    if published:
        data.append(_diamonds(published, errors, named))
    data += _ladder_lines(points, errors) + _study_lines(points, errors)
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
            y=[_height(point.accuracy, errors) for point in mine],
            cliponaxis=False,
            marker={"symbol": "circle-open", "size": 22, "color": GREY, "line": {"width": 2}},
            hoverinfo="skip",
        )
    return chart


def unbeaten(cheapest_first: Sequence[Point]) -> list[str]:
    """Names of the points above all that cost less: what `pareto` takes as the front."""
    places = front_places([point.accuracy for point in cheapest_first])
    return [cheapest_first[place].name for place in places]


def front_places(accuracies: Sequence[float]) -> list[int]:
    """Places of those above all that stand before them, of accuracies cheapest first."""
    places, best = [], -1.0
    for place, accuracy in enumerate(accuracies):
        if accuracy > best:
            places.append(place)
            best = accuracy
    return places


def golf(
    chart: go.Figure, limit: float | None, goals: Sequence[float], errors: bool = False
) -> go.Figure:
    """The chart of `pareto` with the corner to get into: left of `limit`, beyond the goals."""
    if limit is not None:
        _limit(chart, limit)
    for goal in goals:
        height = _height(goal, errors)
        chart.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=height, y1=height, line=_DOTTED, layer="below"
        )
        chart.add_annotation(
            x=1,
            xref="paper",
            y=math.log10(height) if errors else height,
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


def _height(accuracy: float, errors: bool) -> float:
    # A logarithm has no place for zero: no mistakes at all are drawn as one in a million.
    return max(1 - accuracy, 1e-6) if errors else accuracy


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


def _ladder_lines(points: Sequence[Point], errors: bool) -> list[dict[str, Any]]:
    """A dotted line through the rungs of each ladder, cheapest first."""
    ladders: dict[str, list[Point]] = {}
    for point in points:
        if point.ladder:
            ladders.setdefault(point.ladder, []).append(point)
    return [
        {
            "type": "scatter",
            "mode": "lines+markers" if rungs[0].alike else "lines",
            "name": plain(f"{title}: one network in {len(rungs)} sizes"),
            "x": [rung.cost for rung in rungs],
            "y": [_height(rung.accuracy, errors) for rung in rungs],
            "line": {"color": rungs[0].mark.color, "width": 1.5, "dash": "dot"},
            "marker": {"color": rungs[0].mark.color, "symbol": rungs[0].mark.symbol, "size": 7},
            "hoverinfo": "skip",
        }
        for title, rungs in ladders.items()
        if len(rungs) > 1
    ]


def _study_lines(points: Sequence[Point], errors: bool) -> list[dict[str, Any]]:
    """The front of each study, cheapest first, so that it is seen where it meets the front of all.

    Its colors are left over by the runs as a rule: they are counted from the palette's end.
    """
    studies: dict[str, list[Point]] = {}
    for point in points:
        if point.study:
            studies.setdefault(point.study, []).append(point)
    found = []
    for number, (name, members) in enumerate(studies.items()):
        best = [members[place] for place in front_places([one.accuracy for one in members])]
        if len(members) < 2:
            continue
        color = PALETTE[-2 - number % (len(PALETTE) - 1)]
        found.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(f"front of the study {name}"),
                "x": [one.cost for one in best],
                "y": [_height(one.accuracy, errors) for one in best],
                "line": {"color": color, "width": 2, "dash": "dashdot"},
                "marker": {
                    "symbol": "diamond-open",
                    "size": 20,
                    "color": color,
                    "line": {"width": 1.5},
                },
                "hoverinfo": "skip",
            }
        )
    return found


def _diamonds(published: Sequence[Published], errors: bool, named: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text" if named else "markers",
        "name": "published by a source, not measured here",
        "text": [f" {plain(p.name)} " for p in published],
        "textposition": "bottom center",
        "textfont": {"size": 11, "color": GREY},
        "x": [p.cost for p in published],
        "y": [_height(p.accuracy, errors) for p in published],
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
        "name": plain(point.name),
        "showlegend": not point.alike,
        "x": [point.cost],
        "y": [_height(point.accuracy, errors)],
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
