"""The records of a challenge as a chart: mean accuracy over seeds against a cost."""

import plotly.graph_objects as go

from cnnlab.comparison import METRICS, Standing, shown
from cnnlab.plots.comparison.accuracy_cost import axis_title, ladder_of, published_points
from cnnlab.plots.comparison.marks import labels
from cnnlab.plots.comparison.pareto import golf, pareto, unbeaten
from cnnlab.plots.comparison.points import Point, mark


def records_chart(standing: Standing, errors: bool = False, cost: str = "params") -> go.Figure:
    """Mean accuracy against a cost, whiskers from the worst seed to the best.

    Args:
        standing: At least one training that counts.
        errors: Mistakes on a logarithmic axis instead of accuracy.
        cost: A key of `METRICS`; the challenge's limit and what sources print are parameters,
            and stand on that axis alone.
    """
    known = [one for one in standing.all if one.row[cost]]
    trainings = sorted(known, key=lambda one: one.row[cost])
    kind = next(metric.kind for metric in METRICS if metric.key == cost)
    words = labels([one.row for one in trainings])
    ladders = {one.row["run"]: ladder_of(one.row) for one in trainings}
    # The rungs of a ladder look alike, and the others have the looks to themselves.
    alone = dict.fromkeys(ladders[one.row["run"]] or one.row["run"] for one in trainings)
    looks = {name: mark(number) for number, name in enumerate(alone)}
    measured = [
        Point(
            words[one.row["run"]],
            one.row[cost],
            one.mean,
            (min(one.seeds.values()), max(one.seeds.values())),
            looks[ladders[one.row["run"]] or one.row["run"]],
            f"{shown('percent', one.mean)}, {_amount(kind, one.row[cost], cost)}, "
            f"{len(one.seeds)} seed{'s' * (len(one.seeds) > 1)}",
            ladders[one.row["run"]],
            bool(ladders[one.row["run"]]),
        )
        for one in trainings
    ]
    challenge, limited = standing.challenge, cost == "params"
    others = published_points(challenge.dataset) if limited else []
    chart = pareto(measured, unbeaten(measured), others, axis_title(cost), errors)
    return golf(chart, challenge.params if limited else None, challenge.goals, errors)


def _amount(kind: str, value: float, cost: str) -> str:
    """Such as "2,998 parameters" or "12 kB"."""
    return f"{value:,} parameters" if cost == "params" else shown(kind, value)
