"""The records of a challenge as a chart: mean accuracy over seeds against parameters."""

import plotly.graph_objects as go

from cnnlab.comparison import Standing, shown
from cnnlab.plots.comparison.accuracy_cost import published_points
from cnnlab.plots.comparison.marks import labels
from cnnlab.plots.comparison.pareto import Point, golf, mark, pareto, unbeaten


def records_chart(standing: Standing, errors: bool = False) -> go.Figure:
    """Mean accuracy against parameters, whiskers from the worst seed to the best.

    Args:
        standing: At least one training that counts.
        errors: Mistakes on a logarithmic axis instead of accuracy.
    """
    trainings = standing.all
    words = labels([one.row for one in trainings])
    measured = [
        Point(
            words[one.row["run"]],
            one.row["params"],
            one.mean,
            (min(one.seeds.values()), max(one.seeds.values())),
            mark(number),
            f"{shown('percent', one.mean)}, {one.row['params']:,} parameters, "
            f"{len(one.seeds)} seed{'s' * (len(one.seeds) > 1)}",
        )
        for number, one in enumerate(trainings)
    ]
    challenge = standing.challenge
    return golf(
        pareto(
            measured,
            unbeaten(measured),
            published_points(challenge.dataset),
            "Parameters",
            errors,
        ),
        challenge.params,
        challenge.goals,
        errors,
    )
