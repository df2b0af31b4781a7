"""Accuracy against cost: where the models' names go."""

import pytest

from cnnlab.plots.comparison import Point, mark, pareto


def drawn(*costs: float, **options):
    """The chart of models with these costs."""
    points = [
        Point(f"model {number}", cost, 0.9, None, mark(number), "")
        for number, cost in enumerate(costs)
    ]
    return pareto(points, [], [], "Parameters", **options)


def named(chart) -> tuple[list[str], list[str]]:
    """Models named beside their points, and in the legend."""
    models = [trace for trace in chart.data if trace.name.startswith("model")]
    beside = [trace.name for trace in models if "text" in trace.mode]
    return beside, [trace.name for trace in models if trace.showlegend]


def test_far_apart_they_are_named_beside_their_points():
    chart = drawn(1e3, 1e4, 1e6)
    assert named(chart) == (["model 0", "model 1", "model 2"], [])
    places = [trace.textposition for trace in chart.data if trace.name.startswith("model")]
    assert places == ["bottom right", "bottom right", "top left"]


@pytest.mark.parametrize("costs", [(1e3, 2e3, 1e6), tuple(10.0**n for n in range(2, 8))])
def test_close_or_many_they_are_named_in_the_legend(costs):
    beside, legend = named(drawn(*costs))
    assert not beside
    assert len(legend) == len(costs)


def test_the_chart_is_higher_for_every_name_in_its_legend():
    far, asked = drawn(1e3, 1e6), drawn(1e3, 1e6, legend=True)
    assert named(asked)[1] == ["model 0", "model 1"]
    assert asked.layout.height - far.layout.height == pytest.approx(28)
