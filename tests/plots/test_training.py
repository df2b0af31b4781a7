"""The training's curves: what is drawn, where the best epoch stands, no peak lost."""

import json
import math
from dataclasses import replace

import pytest

from cnnlab.plots import training as plots
from cnnlab.schema import HistoryRow, LayerNorms, ProgressPoint


def rows(count: int) -> list[HistoryRow]:
    """A history with a single low in it."""
    return [
        HistoryRow(
            epoch=i + 1,
            loss=2.0 / (i + 1),
            accuracy=0.5,
            val_loss=0.001 if i == count // 2 else 3.0,
            val_accuracy=0.4,
            learning_rate=0.001,
            seconds=1.0,
            images_per_s=100.0,
        )
        for i in range(count)
    ]


def points(epoch: int, count: int) -> list[ProgressPoint]:
    """Live points of an epoch, 0-based, half of it done."""
    return [
        ProgressPoint(0.0, epoch, i + 1, 2 * count, 1.0, 0.6, 0.001, 100.0) for i in range(count)
    ]


def test_training_validation_and_the_best_epoch():
    figure = plots.curves(rows(4), [], "loss", best_epoch=3)
    training, validation, best = figure.data
    assert list(training.x) == list(validation.x) == [1, 2, 3, 4]
    assert list(training.y) == pytest.approx([2, 1, 2 / 3, 0.5])
    assert (list(best.x), list(best.y)) == ([3], [0.001])
    assert best.name == "best epoch (3)"


def test_live_points_go_on_where_the_last_epoch_ended():
    figure = plots.curves(rows(2), points(2, 5), "accuracy", best_epoch=1)
    assert list(figure.data[0].x) == pytest.approx([1, 2, 2.1, 2.2, 2.3, 2.4, 2.5])
    assert list(figure.data[1].x) == [1, 2]


def test_before_the_first_epoch_there_is_no_best():
    figure = plots.curves([], points(0, 3), "loss", best_epoch=None)
    assert [line.name for line in figure.data] == ["training", "validation"]
    assert len(figure.data[1].x) == 0
    assert len(plots.curves([], [], "loss", None).data) == 2


def test_many_epochs_are_thinned_and_the_low_is_kept():
    figure = plots.curves(rows(2000), [], "loss", best_epoch=1001)
    validation = figure.data[1]
    assert len(validation.x) <= 510
    assert min(validation.y) == 0.001
    assert (validation.x[0], validation.x[-1]) == (1, 2000)
    assert list(validation.x) == sorted(validation.x)


def test_numbers_that_are_none_do_not_break_the_plot():
    history = rows(700)
    for place, odd in (
        (3, {"val_loss": math.nan}),
        (4, {"loss": math.nan}),
        (5, {"val_loss": math.inf}),
    ):
        history[place] = replace(history[place], **odd)
    figure = plots.curves(history, [], "loss", best_epoch=1, log_scale=True)
    assert json.loads(figure.to_json())["layout"]["yaxis"]["type"] == "log"


def test_redraws_keep_zoom_and_height():
    first, second = plots.curves(rows(2), [], "loss", 1), plots.curves(rows(3), [], "loss", 2)
    assert first.layout.uirevision == second.layout.uirevision is not None
    assert first.layout.height == second.layout.height


def test_the_rate_runs_over_all_epochs():
    line = plots.rate_curve([0.1, 0.05, 0.0], epochs=10).data[0]
    assert list(line.x) == [0, 5, 10]
    assert list(plots.rate_curve([0.1], epochs=1).data[0].x) == [0]


def test_the_axis_ends_where_the_plan_does_and_lines_carry_their_names():
    figure = plots.curves(rows(4), points(4, 5), "loss", 3, epochs=20)
    assert tuple(figure.layout.xaxis.range) == (0, 20)
    (future,) = figure.layout.shapes
    assert (future.x0, future.x1) == (4.5, 20)
    training, validation = figure.layout.annotations
    assert (training.text, validation.text) == ("training 1.000", "validation 3.000")
    assert training.yshift < 0 < validation.yshift
    done = plots.curves(rows(4), [], "accuracy", 3, log_scale=True, epochs=4)
    assert not done.layout.shapes
    assert [label.text for label in done.layout.annotations] == [
        "training 50.0%",
        "validation 60.0%",
    ]
    assert done.layout.annotations[1].y == pytest.approx(math.log10(0.6))


def test_the_rate_so_far_lies_over_the_plan():
    plan, passed = plots.rate_curve([0.1, 0.0], 2, [(0.5, 0.1), (1.0, 0.05)]).data
    assert list(plan.x) == [0, 2]
    assert (list(passed.x), list(passed.y)) == ([0.5, 1.0], [0.1, 0.05])


def test_smoothing_keeps_the_curve_and_draws_its_running_mean():
    assert plots.running_mean([1, 1, 1]) == pytest.approx([1, 1, 1])
    assert plots.running_mean([0, 1], memory=0.5) == pytest.approx([0, 2 / 3])
    assert plots.running_mean([math.nan, 4, math.nan]) == pytest.approx(
        [math.nan, 4, 4], nan_ok=True
    )
    pale, mean, *_ = plots.curves(rows(4), [], "loss", None, smoothing=True).data
    assert list(pale.y) == pytest.approx([2, 1, 2 / 3, 0.5])
    assert list(mean.y) == pytest.approx(plots.running_mean(pale.y))
    assert (mean.name, pale.showlegend) == ("training", False)


def test_earlier_runs_are_dotted_and_a_log_accuracy_counts_mistakes():
    other = plots.Earlier("a run with a very long name indeed", rows(6))
    figure = plots.curves(rows(2), [], "accuracy", 1, log_scale=True, earlier=[other])
    training, _, dotted, best = figure.data
    assert list(training.y) == pytest.approx([0.5, 0.5])
    assert list(dotted.y) == pytest.approx([0.6] * 6)
    assert list(best.y) == pytest.approx([0.6])
    assert dotted.line.dash == "dot"
    assert len(dotted.name) <= 20


@pytest.mark.parametrize("count", [1, 2, 12, 40])
def test_norms_of_few_layers_and_of_many(count):
    names = [f"layer{i}" for i in range(count)]
    lines = [
        LayerNorms(e, tuple(names), tuple(float(i + e) for i in range(count)), (0.0,) * count)
        for e in (1, 2, 3)
    ]
    drawn = plots.norms(lines, "weights").data
    assert len(drawn) == min(count, 12)
    assert (drawn[0].name, drawn[-1].name) == (names[0], names[-1])
    assert list(drawn[-1].y) == [count, count + 1, count + 2]
    assert len({line.line.color for line in drawn}) == len(drawn)


def test_a_settled_figure_is_written_out_once_and_says_the_same():
    drawn = plots.rate_curve([0.1, 0.05, 0.0], 1)
    before = drawn.to_json()
    assert drawn.to_dict() is not drawn.to_dict()
    settled = drawn.settle()
    assert settled.to_dict() is settled.to_dict()
    assert settled.to_json() == before
