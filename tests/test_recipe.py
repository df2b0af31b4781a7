"""The plan of a training: defaults, checks, the learning-rate curve, its command line."""

import itertools
import math
import shlex
from dataclasses import replace

import pytest

from cnnlab import datasets, recipe
from cnnlab.__main__ import parser
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.schedules import SCHEDULES
from cnnlab.schedules.plateau import plateau_factor

STEPS = 200


def rates(**settings) -> list[float]:
    """The planned rate at every step of a short training."""
    plan = recipe.of_settings(recipe.check(settings, "digits"))
    return [recipe.learning_rate(plan, step, STEPS) for step in range(STEPS)]


def test_little_data_gets_small_batches_and_more_epochs():
    assert recipe.defaults("digits")["batch_size"] == 32
    assert recipe.defaults("digits")["epochs"] == 30
    assert recipe.defaults("mnist")["batch_size"] == 128
    assert recipe.defaults("mnist")["epochs"] == 10


@pytest.mark.parametrize(("count", "batch_size"), [(54, 8), (90, 8), (150, 16), (1_438, 32)])
def test_fewer_pictures_mean_no_fewer_steps(monkeypatch, count, batch_size):
    card = replace(datasets.DATASETS["digits"], train_count=count)
    monkeypatch.setattr(datasets, "DATASETS", {"few": card})
    usual = recipe.defaults("few")
    assert usual["batch_size"] == batch_size
    steps = recipe.steps_of(count - math.ceil(count / 10), batch_size)
    assert recipe.ENOUGH_STEPS <= usual["epochs"] * steps < recipe.ENOUGH_STEPS + steps


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_the_usual_rate_follows_the_optimizer(optimizer):
    plan = recipe.check({"optimizer": optimizer}, "digits")
    assert plan["learning_rate"] == OPTIMIZERS[optimizer].learning_rate > 0
    assert recipe.check({"learning_rate": 0.5}, "digits")["learning_rate"] == 0.5


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 0}, "Epochs must lie between"),
        ({"epochs": "many"}, "whole number"),
        ({"batch_size": -1}, "between"),
        ({"optimizer": "adan"}, "did you mean 'adam'"),
        ({"schedule": "cosin"}, "did you mean 'cosine'"),
        ({"loss": "focus"}, "There is no loss"),
        ({"optimizer": "magic"}, "There is no optimizer 'magic'"),
        ({"learning_rate": -0.1}, "between"),
        ({"learning_rate": float("nan")}, "must be a number"),
        ({"epoch": 3}, "has no knob 'epoch'"),
        ({"loss": "focal", "label_smoothing": 0.1}, "takes no label smoothing"),
        ({"seed": 2**31}, "between"),
        ({"augmentation": "wild"}, "There is no augmentation 'wild'"),
    ],
)
def test_illegal_settings_are_one_sentence(settings, words):
    with pytest.raises(LabError, match=words):
        recipe.check(settings, "digits")


def test_a_plan_is_complete_and_plain():
    plan = recipe.plan("lenet5", "digits", {"epochs": 3}, title=" mine ")
    assert plan.input_shape == (28, 28, 1)
    assert (plan.classes, plan.labels) == (10, tuple("0123456789"))
    assert plan.preparation == "digit"
    assert set(plan.recipe.settings) == {knob.name for knob in recipe.KNOBS}
    assert plan.knobs == ARCHITECTURES["lenet5"].check({})
    assert plan.title == "mine"
    assert len(recipe.plan("lenet5", "digits", title="x" * 200).title) == 80


def test_a_network_keeps_its_own_size_on_the_data_it_was_made_for():
    for card in ARCHITECTURES:
        for dataset in card.datasets:
            if dataset in datasets.DATASETS:
                assert recipe.plan(card.name, dataset).input_shape == card.input_shape
    assert recipe.plan("lenet5", "cifar10").input_shape == (32, 32, 3)
    smaller = recipe.plan("lenet5", "digits", input_shape=(16, 16, 1))
    assert smaller.input_shape == (16, 16, 1)


def test_unknown_names_get_a_hint():
    with pytest.raises(LabError, match="did you mean 'lenet5'"):
        recipe.plan("lenet", "digits")
    with pytest.raises(LabError, match="There is no dataset"):
        recipe.plan("lenet5", "digitz")
    with pytest.raises(LabError, match="no knob"):
        recipe.plan("lenet5", "digits", knobs={"wings": 2})


@pytest.mark.parametrize(
    ("architecture", "dataset", "settings", "knobs", "shape"),
    [
        ("lenet5", "digits", {}, {}, None),
        ("mnist_approach_2", "mnist", {"epochs": 2, "ema": 0.99, "augmentation": "none"}, {}, None),
        ("lenet5", "digits", {"optimizer": "sgd", "momentum": 0.5}, {"width": 0.5}, (16, 16, 1)),
        ("lenet5", "digits", {"learning_rate": 3e-05}, {"head": "global average pooling"}, None),
        ("lenet5", "cifar10", {"schedule": "one_cycle"}, {"dropout": 0.3, "residual": True}, None),
    ],
)
def test_the_printed_command_repeats_the_training(architecture, dataset, settings, knobs, shape):
    plan = recipe.plan(architecture, dataset, settings, knobs, shape)
    words = shlex.split(plan.command)
    assert words[:4] == ["python", "-m", "cnnlab", "train"]
    options = parser().parse_args(words[3:])
    given = {knob.name: getattr(options, f"recipe_{knob.name}") for knob in recipe.KNOBS}
    again = recipe.plan(
        options.name,
        options.dataset,
        {name: value for name, value in given.items() if value is not None},
        dict(options.knob),
        options.input,
    )
    assert replace(again, created="") == replace(plan, created="")


def test_constant_and_plateau_start_flat():
    assert set(rates(schedule="constant", learning_rate=0.1)) == {0.1}
    assert set(rates(schedule="plateau", learning_rate=0.1)) == {0.1}


def test_cosine_falls_from_the_peak_to_almost_nothing():
    curve = rates(schedule="cosine", learning_rate=0.1)
    assert curve[0] == 0.1
    assert curve[STEPS // 2] == pytest.approx(0.05)
    assert 0 < curve[-1] < 0.0001
    assert all(a > b for a, b in itertools.pairwise(curve))


def test_step_divides_by_ten_twice():
    curve = rates(schedule="step", learning_rate=1.0)
    assert [curve[0], curve[99], curve[100], curve[149], curve[150], curve[-1]] == pytest.approx(
        [1, 1, 0.1, 0.1, 0.01, 0.01]
    )


def test_one_cycle_warms_up_and_cools_down():
    curve = rates(schedule="one_cycle", learning_rate=0.1)
    peak = curve.index(max(curve))
    assert curve[0] == pytest.approx(0.004)
    assert (peak, curve[peak]) == (60, pytest.approx(0.1))
    assert curve[-1] < 0.001


def test_one_step_is_no_division_by_zero():
    for schedule in SCHEDULES.names():
        plan = recipe.of_settings(recipe.check({"schedule": schedule}, "digits"))
        assert math.isfinite(recipe.learning_rate(plan, 0, 0))


def test_plateau_waits_for_three_epochs_without_gain():
    assert plateau_factor([]) == 1
    assert plateau_factor([3, 2, 1]) == 1
    assert plateau_factor([1, 2, 2, 2]) == 1
    assert plateau_factor([1, 2, 2, 2, 2]) == pytest.approx(0.3)
    assert plateau_factor([1] + [2] * 8) == pytest.approx(0.09)
    assert plateau_factor([1, 2, 2, 2, 2, 0.5, 0.4]) == pytest.approx(0.3)
    assert plateau_factor([1, math.nan, math.nan, math.nan, math.nan]) == pytest.approx(0.3)


def test_stalled_counts_epochs_since_the_lowest_loss():
    assert recipe.stalled_epochs([]) == 0
    assert recipe.stalled_epochs([3, 2, 1]) == 0
    assert recipe.stalled_epochs([1, 2, 3]) == 2
    assert recipe.stalled_epochs([1, 1]) == 1


@pytest.mark.parametrize("card", [c for c in ARCHITECTURES if c.recipe], ids=lambda c: c.name)
def test_every_source_recipe_is_legal(card):
    checked = recipe.check(card.recipe, card.datasets[0])
    assert {name: checked[name] for name in card.recipe} == dict(card.recipe)
