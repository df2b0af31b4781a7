"""Accuracy against cost: where the models' names go."""

from cnnlab import comparison, lab
from cnnlab.plots.comparison.charts import Point, mark, pareto
from cnnlab.plots.comparison.records import records_chart


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


def test_the_rungs_of_a_ladder_are_joined_and_named_once():
    alone = Point("alone", 50, 0.8, None, mark(0), "")
    rungs = [
        Point(f"rung {cost}", cost, accuracy, None, mark(1), "", "Ladder on X", True)
        for cost, accuracy in ((10, 0.5), (100, 0.9), (1000, 0.95))
    ]
    chart = pareto([rungs[0], alone, *rungs[1:]], [], [], "Parameters")
    line = next(trace for trace in chart.data if "Ladder on X" in trace.name)
    assert list(line.x) == [10, 100, 1000]
    assert list(line.y) == [0.5, 0.9, 0.95]
    named = {trace.name for trace in chart.data if trace.showlegend is not False}
    assert {"alone", "Ladder on X: one network in 3 sizes"} <= named
    assert not any(name.startswith("rung") for name in named)


def test_the_records_show_the_ladder_as_one():
    challenge = next(one for one in comparison.CHALLENGES if one.dataset == "mnist")
    chart = records_chart(comparison.standing(challenge, lab.tested_runs()), True)
    names = [trace.name for trace in chart.data if trace.showlegend is not False]
    assert sum("Ladder on MNIST" in name for name in names) == 1
    assert not any(name.startswith("Ladder, rung") for name in names)


def test_the_front_of_a_study_is_joined_and_named_after_it():
    study = [
        Point(f"run {cost}", cost, accuracy, None, mark(0), "", study="down")
        for cost, accuracy in ((10, 0.5), (100, 0.4), (1000, 0.95))
    ]
    lone = Point("alone", 50, 0.8, None, mark(1), "", study="other")
    chart = pareto([study[0], lone, *study[1:]], [], [], "Parameters")
    (line,) = [trace for trace in chart.data if "study" in trace.name]
    assert line.name == "front of the study down"
    assert (list(line.x), list(line.y)) == ([10, 1000], [0.5, 0.95])
