"""A study's curve."""

import plotly.graph_objects as go

from cnnlab.plots import studies as plots
from cnnlab.studies._answer import Answer
from cnnlab.studies._axes import Axis
from cnnlab.studies._beginning import Shipped
from cnnlab.studies._points import Point


def curve(found: Answer | Shipped) -> go.Figure:
    """The finished rungs with their front and knee, and what was only tried."""
    axis, places = found.axis, [point.rung for point in found.points]
    return plots.curve(
        [_rung(axis, point) for point in found.points],
        [] if isinstance(found, Shipped) else _trials(found),
        [places.index(rung) for rung in found.front],
        None if found.knee is None else places.index(found.knee),
        axis.title,
        None if isinstance(found, Shipped) else _ends(found),
    )


def _trials(found: Answer) -> list[plots.Trial]:
    axis = found.axis
    return [
        plots.Trial(
            axis.of(trial.candidate.costs) or 1,
            trial.val_accuracy,
            f"{axis.words(axis.of(trial.candidate.costs) or 0)}: {trial.val_accuracy:.1%} of "
            f"the validation pictures after {trial.epochs} epochs",
        )
        for trial in found.trials
    ]


def _ends(found: Answer) -> tuple[float, float]:
    """The least and the greatest cost of all that is planned."""
    rungs = found.study.plan.rungs
    costs = [found.axis.of(one.costs) or 1 for rung in rungs for one in rung.candidates]
    return min(costs), max(costs)


def _rung(axis: Axis, point: Point) -> plots.Rung:
    cost = axis.of(point.costs) or 1
    low, high = point.spread
    words = f"{axis.words(cost)}: {point.accuracy:.2%}"
    if len(point.accuracies) > 1:
        words += f", {low:.2%} to {high:.2%} over {len(point.accuracies)} seeds"
    words = f"{point.title or point.way} {words}".strip()
    return plots.Rung(cost, point.accuracy, low, high, words, point.way)
