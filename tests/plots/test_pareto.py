"""Accuracy against cost: where the models' names go."""

from cnnlab.plots.comparison.charts import Point, mark, pareto


def drawn(*costs: float):
    """The chart of models with these costs."""
    points = [
        Point(f"model {number}", cost, 0.9, None, mark(number), "")
        for number, cost in enumerate(costs)
    ]
    return pareto(points, [], [], "Parameters")


def test_every_model_is_named_in_the_legend_and_nowhere_else():
    models = [trace for trace in drawn(1e3, 2e3, 1e6).data if trace.name.startswith("model")]
    assert [trace.name for trace in models] == ["model 0", "model 1", "model 2"]
    assert all(trace.mode == "markers" and trace.showlegend is not False for trace in models)


def test_the_chart_is_higher_for_every_name_in_its_legend():
    one, three = drawn(1e3), drawn(1e3, 1e4, 1e6)
    assert three.layout.height - one.layout.height == 28
