"""What a study draws: accuracy over a cost, the front, the knee, the spread over seeds."""

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from cnnlab.plots._style import (
    BLUE,
    GREEN,
    GREY,
    OLIVE,
    ORANGE,
    PINK,
    RED,
    SKY,
    figure,
    plain,
)
from cnnlab.plots.comparison.pareto import front_line

HEIGHT = 330
_WIDE = 2.0  # powers of ten
_WAYS = (BLUE, ORANGE, GREEN, PINK, SKY, OLIVE)
_SHAPES = ("circle", "diamond", "square", "triangle-up", "x")  # five and six go through all pairs


class Rung(NamedTuple):
    """A finished network: cost, mean accuracy, lowest and highest seed (0..1), words.

    `way` is how it was made, where several ways lead down.
    """

    cost: float
    accuracy: float
    low: float
    high: float
    words: str
    way: str = ""


class Trial(NamedTuple):
    """A network that was only tried: cost, accuracy on validation pictures (0..1), words."""

    cost: float
    accuracy: float
    words: str


def curve(
    rungs: Sequence[Rung],
    trials: Sequence[Trial],
    front: Sequence[int],
    knee: int | None,
    cost: str,
    ends: Sequence[float] = (),
    beginning: Rung | None = None,
) -> go.Figure:
    """Accuracy on test pictures against a cost on a logarithmic axis.

    Args:
        rungs: Finished networks, the cheapest first.
        trials: Hollow dots, on validation pictures.
        front: Places in `rungs` of those nobody beats.
        knee: Place of the cheapest that is nearly as good as the best.
        cost: The horizontal axis' title.
        ends: Least and greatest cost there will be, so that a growing curve does not jump.
        beginning: The run that all are to be smaller than, where it read the same pictures.
    """
    best = [rungs[place] for place in front]
    costs, heights = [rung.cost for rung in best], [rung.accuracy for rung in best]
    data = [front_line(costs, heights, "front: nothing cheaper reads more")]
    if trials:
        data.append(_tried(trials))
    ways = list(dict.fromkeys(rung.way for rung in rungs)) or [""]
    for way, color, shape in zip(ways, itertools.cycle(_WAYS), itertools.cycle(_SHAPES)):
        data.append(_finished([rung for rung in rungs if rung.way == way], way, color, shape))
    if beginning:
        data.append(_began(beginning))
        ends = (*ends, beginning.cost)
    span = _range([*(r.cost for r in rungs), *(t.cost for t in trials), *ends])
    drawn = figure(
        data,
        HEIGHT,
        xaxis={
            "title": f"{cost}, logarithmic",
            "type": "log",
            "dtick": 1 if span[1] - span[0] > _WIDE else "D2",  # else powers of ten are too few
            "exponentformat": "SI",
            "range": span,
        },
        yaxis={
            "title": "accuracy",
            "tickformat": ".3~%",
            "range": _heights([*(r.low for r in rungs), *(t.accuracy for t in trials)]),
        },
        hovermode="closest",
        showlegend=True,
    )
    if knee is not None:
        _mark(drawn, rungs[knee])
    return drawn


def _finished(rungs: Sequence[Rung], way: str, color: str, shape: str) -> dict[str, Any]:
    spread = [(rung.high - rung.accuracy, rung.accuracy - rung.low) for rung in rungs]
    return {
        "type": "scatter",
        "mode": "lines+markers" if way else "markers",
        "name": plain(way) or "finished, on test pictures",
        "line": {"color": color, "width": 1, "dash": "dot"},
        "x": [rung.cost for rung in rungs],
        "y": [rung.accuracy for rung in rungs],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [up for up, _ in spread],
            "arrayminus": [down for _, down in spread],
            "visible": any(up or down for up, down in spread),
            "thickness": 1.5,
            "width": 4,
        },
        "marker": {"color": color, "size": 11, "symbol": shape},
        "text": [plain(rung.words) for rung in rungs],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _began(run: Rung) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "the run it began with",
        "x": [run.cost],
        "y": [run.accuracy],
        "marker": {"color": GREY, "size": 15, "symbol": "star"},
        "text": [plain(run.words)],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _tried(trials: Sequence[Trial]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "tried for a few epochs, on validation pictures",
        "x": [trial.cost for trial in trials],
        "y": [trial.accuracy for trial in trials],
        "marker": {"color": GREY, "size": 7, "symbol": "circle-open"},
        "text": [plain(trial.words) for trial in trials],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _mark(drawn: go.Figure, knee: Rung) -> None:
    """A line down from the knee, and its word."""
    drawn.add_shape(
        type="line",
        x0=knee.cost,
        x1=knee.cost,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": RED, "width": 1.5, "dash": "dot"},
        layer="below",
    )
    low, high = drawn.layout.xaxis.range
    far = math.log10(knee.cost) > (low + high) / 2  # there the word would leave the picture
    drawn.add_annotation(
        x=math.log10(knee.cost),
        y=0.02,
        yref="paper",
        text=f"knee: {knee.cost:,.0f}",
        xanchor="right" if far else "left",
        xshift=-5 if far else 5,
        yanchor="bottom",
        showarrow=False,
        font={"size": 12, "color": RED},
    )


def _heights(accuracies: Sequence[float]) -> list[float]:
    """From a little below the lowest to all of them, so that a growing curve does not jump."""
    lowest = min(accuracies, default=0.0)
    return [max(0.0, lowest - max(0.01, 0.1 * (1 - lowest))), 1.02]


def _range(costs: Sequence[float]) -> list[float]:
    logs = [math.log10(cost) for cost in costs if cost > 0] or [1.0, 5.0]
    room = 0.06 * (max(logs) - min(logs)) or 0.3
    return [min(logs) - room, max(logs) + room]
