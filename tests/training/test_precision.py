"""Which precision a training takes: tried, written down, used again, and right."""

import types

import numpy as np
import pytest

from cnnlab import datasets, recipe, runs, training
from cnnlab.training import precision
from cnnlab.training.precision import fastest


@pytest.fixture(scope="module")
def data() -> datasets.Data:
    """A few digits."""
    return datasets.load("digits", (28, 28, 1), limit=100)


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only where a step says so."""
    now = types.SimpleNamespace(s=0.0)
    monkeypatch.setattr(precision.time, "perf_counter", lambda: now.s)

    def step(seconds):
        def run():
            now.s += seconds() if callable(seconds) else seconds

        return run

    return step


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [
        ({"float32": 0.10, "onednn_bfloat16": 0.05, "mixed": 0.07}, "onednn_bfloat16"),
        ({"float32": 0.10, "onednn_bfloat16": 0.12, "mixed": 0.08}, "mixed"),
        ({"float32": 0.10, "onednn_bfloat16": 0.30, "mixed": 0.20}, "float32"),
        ({"float32": 0.10, "onednn_bfloat16": 0.099, "mixed": 0.2}, "float32"),  # chance
        ({"float32": 0.10}, "float32"),
        ({"float32": 9.00, "onednn_bfloat16": 5.0}, "onednn_bfloat16"),  # one step a round
    ],
)
def test_the_fastest_is_kept_and_never_a_slower_one(clock, seconds, kept):
    assert fastest({name: clock(taken) for name, taken in seconds.items()}) == kept


def test_a_machine_busy_with_others_is_no_reason(clock):
    """What stands in the way of some steps does not make their precision slow."""
    slow = iter([5.0, 0.05] * 1000)
    steps = {"float32": clock(0.1), "onednn_bfloat16": clock(lambda: next(slow))}
    assert fastest(steps) == "onednn_bfloat16"


def planned(**settings):
    return runs.create(recipe.plan("lenet5", "digits", {"epochs": 2, "batch_size": 32} | settings))


def test_what_was_found_is_written_down_and_not_tried_again(data, monkeypatch):
    run, told = planned(), []

    def report(phase):
        told.append(phase)

    assert precision.settled(run, data, training.usual, report) is run  # too short to try anything
    monkeypatch.setattr(precision, "_WORTH", 0)
    monkeypatch.setattr(precision, "fastest", lambda steps: list(steps)[1])
    settled = precision.settled(run, data, training.usual, report)
    assert settled.config.recipe.precision == "onednn_bfloat16"
    assert settled.config.command.endswith(" --precision onednn_bfloat16")
    assert runs.find(run.name).config == settled.config
    assert settled.config.asked == run.config.asked  # still a seed of the same training
    assert precision.settled(settled, data, training.usual, report) is settled
    asked = planned(precision="float32")
    assert precision.settled(asked, data, training.usual, report) is asked
    assert precision.settled(run, data, None, report) is run
    assert told == ["finding the fastest precision"]  # and nothing was tried but once


def test_every_precision_takes_steps_that_can_be_timed(data):
    steps = precision.tried(planned(), data, training.usual)
    assert list(steps) == list(precision.TRIED)
    for step in steps.values():
        loss, accuracy = step()
        assert np.isfinite(loss)
        assert 0 <= accuracy <= 1


def test_validation_is_that_of_the_network_that_is_kept(data):
    run = planned(precision="onednn_bfloat16", learning_rate=0.003)
    kept = training.train(run, lambda **_: None, data)
    best = max(run.history, key=lambda row: row.val_accuracy)
    said = kept.predict(data.x_val.astype("float32") / 255, verbose=0)
    right = said[np.arange(len(said)), data.y_val]
    assert best.val_accuracy == pytest.approx((said.argmax(1) == data.y_val).mean(), abs=1e-6)
    assert best.val_loss == pytest.approx(-np.log(right).mean(), rel=1e-5)
    assert {weight.dtype for weight in kept.weights} == {"float32"}


def test_where_the_switch_is_gone_all_stays_float32(data, monkeypatch):
    import tensorflow as tf

    def gone(_):
        raise ValueError("no such option")

    monkeypatch.setattr(tf.config.optimizer, "set_experimental_options", gone)
    monkeypatch.setattr(precision, "_WORTH", 0)
    run = planned()
    assert precision.settled(run, data, training.usual, lambda **_: None) is run
