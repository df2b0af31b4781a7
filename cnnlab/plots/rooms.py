"""A class's wall: everybody's trainings in one challenge, large enough for a projector."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cnnlab.plots._style import BLUE, GREEN, brief, figure, plain
from cnnlab.plots.comparison.pareto import front_line, golf
from cnnlab.plots.comparison.points import front_places

HEIGHT = 460
# In turns, so that names of neighbors do not lie upon each other.
_SIDES = ("top center", "middle right", "bottom center", "middle left")


@dataclass(frozen=True)
class WallPoint:
    """One training on the wall.

    Attributes:
        name: Whose.
        cost: What it takes of what is limited.
        accuracy: Mean share of the pictures held back that it reads, 0..1.
        spread: Its worst and its best seed.
        words: Shown under the pointer.
        reached: Whether it does what the challenge asks.
        named: Whether the name stands beside the point.
    """

    name: str
    cost: float
    accuracy: float
    spread: tuple[float, float]
    words: str
    reached: bool
    named: bool


def wall_chart(points: Sequence[WallPoint], limit: float, goal: float, cost: str) -> go.Figure:
    """Accuracy against what is limited, the front as steps, the corner to get into dotted.

    Args:
        points: In any order; none draws the empty corner.
        limit: At most so much of the cost.
        goal: The accuracy wanted, 0..1.
        cost: The horizontal axis' title.
    """
    ranked = sorted(points, key=lambda point: (point.cost, -point.accuracy))
    best = [ranked[place] for place in front_places([point.accuracy for point in ranked])]
    heights = [point.accuracy for point in best]
    name = "front: nobody does better with less"
    data = [front_line([point.cost for point in best], heights, name)] if ranked else []
    for reached, color, title in ((False, BLUE, "not yet"), (True, GREEN, "challenge met")):
        some = [point for point in ranked if point.reached is reached]
        if some:
            data.append(_dots(some, color, title, "star" if reached else "circle"))
    costs = [limit, *(point.cost for point in ranked)]
    heights = [goal, *(point.accuracy for point in ranked)]
    low = max(0.0, min(heights) - 0.04)
    chart = figure(
        data,
        HEIGHT,
        xaxis={
            "title": f"{cost}, logarithmic",
            "type": "log",
            "dtick": 1,
            "exponentformat": "SI",
            "range": [math.log10(min(costs)) - 0.5, math.log10(max(costs)) + 0.5],
        },
        yaxis={
            "title": "pictures held back that it reads",
            "tickformat": ".3~%",
            "range": [low, 1 + (1 - low) * 0.08],
        },
        margin={"l": 64, "r": 24, "t": 12, "b": 48},
        hovermode="closest",
        showlegend=True,
    )
    return golf(chart, limit, (goal,))


def _dots(points: Sequence[WallPoint], color: str, title: str, symbol: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": title,
        "x": [point.cost for point in points],
        "y": [point.accuracy for point in points],
        "text": [f" {brief(point.name, 20)} " if point.named else "" for point in points],
        "textposition": [_SIDES[place % len(_SIDES)] for place in range(len(points))],
        "textfont": {"size": 14},
        "cliponaxis": False,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [point.spread[1] - point.accuracy for point in points],
            "arrayminus": [point.accuracy - point.spread[0] for point in points],
            "color": color,
            "thickness": 1,
            "width": 4,
        },
        "marker": {"color": color, "symbol": symbol, "size": 14},
        "customdata": [[plain(point.name), plain(point.words)] for point in points],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    }
