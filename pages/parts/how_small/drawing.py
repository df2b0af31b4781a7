"""A study's curve and its rungs, the way the page shows them."""

from collections.abc import Sequence

import plotly.graph_objects as go

from cnnlab.plots import studies as plots
from cnnlab.studies import AXES, Answer, Axis, Point, Shipped


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
    return plots.Rung(cost, point.accuracy, low, high, f"{point.title} {words}".strip())


def rows(found: Answer) -> list[dict[str, object]]:
    """A line for each finished rung, all four costs in it."""
    return [_row(point, found) for point in found.points]


def _row(point: Point, found: Answer) -> dict[str, object]:
    low, high = point.spread
    knobs = ", ".join(f"{name} {value}" for name, value in point.candidate.knobs.items())
    mixed = point.mixed
    return {
        "network": point.title or f"{point.candidate.architecture}, {knobs}",
        "input": "x".join(map(str, point.candidate.input_shape)),
        **{axis.title: axis.of(point.costs) for axis in shown_axes(found.points)},
        "accuracy": point.accuracy,
        "spread": f"{low:.2%} to {high:.2%}" if len(point.accuracies) > 1 else "one seed",
        "mixes up most": f"{mixed.one} and {mixed.other} ({mixed.share:.0%})" if mixed else "",
        "look": f"inside?run={point.runs[0]}",
        "shrink": f"compress?run={point.runs[0]}",
    }


def shown_axes(points: Sequence[Point]) -> list[Axis]:
    """The costs that are known."""
    return [axis for axis in AXES.values() if any(axis.of(point.costs) for point in points)]
