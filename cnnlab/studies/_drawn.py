"""A study's curve."""

import plotly.graph_objects as go

from cnnlab import runs
from cnnlab.errors import LabError
from cnnlab.plots import studies as plots
from cnnlab.schema import Costs
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
        () if isinstance(found, Shipped) else _ends(found),
        None if isinstance(found, Shipped) else _beginning(found),
    )


def _beginning(found: Answer) -> plots.Rung | None:
    """The run the study began with, where it was tested on the same pictures and is still there."""
    name, axis = found.study.config.parent, found.axis
    if not name:
        return None
    try:
        run = runs.find(name)
        config, metrics = run.config, run.metrics
    except LabError:
        return None
    costs = Costs(metrics.params or 0, metrics.macs or 0, metrics.peak_activation_bytes or 0)
    cost, accuracy = axis.of(costs), metrics.test_accuracy
    if not cost or accuracy is None or config.dataset != found.study.config.dataset:
        return None
    words = f"{run.title}: {axis.words(cost)}, {accuracy:.2%}"
    return plots.Rung(cost, accuracy, accuracy, accuracy, words)


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
