"""Judging a model: counts, intervals, per-class figures; the test part and nothing else."""

import numpy as np
import pytest

from cnnlab import datasets, evaluation, runs
from cnnlab.errors import LabError
from cnnlab.evaluation.metrics import balanced_accuracy
from tests.records import config


@pytest.fixture(scope="module")
def data():
    """All digits."""
    return datasets.load("digits", (28, 28, 1))


def answers(*guesses: int, classes: int = 10) -> np.ndarray:
    """Probabilities of a model that is sure of these guesses."""
    return np.eye(classes, dtype="float32")[list(guesses)] * 0.9 + 0.01


def test_a_hand_counted_case(data):
    truth = np.array([0, 0, 1, 2])
    judged = evaluation.judge("r", data, "test", answers(0, 1, 1, 3), truth)
    assert (judged.accuracy, judged.test_count) == (0.5, 4)
    assert judged.confusion[0][:3] == [1, 1, 0]
    assert np.sum(judged.confusion) == 4
    zero, one, two = judged.per_class[:3]
    assert (zero["precision"], zero["recall"], zero["count"]) == (1.0, 0.5, 2)
    assert zero["f1"] == pytest.approx(2 / 3)
    assert (one["precision"], one["recall"]) == (0.5, 1.0)
    assert (two["precision"], two["recall"], two["f1"]) == (0.0, 0.0, 0.0)
    assert judged.loss == pytest.approx(-(2 * np.log(0.91) + 2 * np.log(0.01)) / 4, rel=1e-4)
    assert judged.to_json()["labels"] == tuple("0123456789")


def test_sure_and_wrong_is_a_finite_loss(data):
    wrong = np.eye(10, dtype="float32")[[1]]
    assert np.isfinite(evaluation.judge("r", data, "test", wrong, np.array([0])).loss)


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_wilson_intervals_as_published(right, count, low, high):
    """81 of 263: Newcombe, Statistics in Medicine 17, 1998, table I."""
    assert evaluation.wilson_interval(right, count) == pytest.approx((low, high), abs=5e-5)


def test_a_run_is_judged_on_the_test_part_alone(tiny_run, data):
    judged = evaluation.evaluate(tiny_run)
    assert judged.test_count == len(data.x_test) == 359
    assert judged.accuracy == tiny_run.metrics.test_accuracy
    assert judged.interval == tiny_run.metrics.test_interval
    assert np.sum(judged.confusion) == 359
    validation = evaluation.evaluate(tiny_run, data, part="val")
    assert validation.test_count == len(data.x_val)
    assert validation.accuracy == pytest.approx(tiny_run.metrics.val_accuracy, abs=1e-6)


def test_pictures_are_answered_in_order_whatever_the_batches(tiny_run, data, monkeypatch):
    model = evaluation.load_model(tiny_run)
    whole = evaluation.predict_all(model, data.x_test[:50])
    monkeypatch.setattr(evaluation, "_BATCH", 7)
    np.testing.assert_allclose(evaluation.predict_all(model, data.x_test[:50]), whole, atol=1e-6)
    np.testing.assert_allclose(whole.sum(axis=1), 1, atol=1e-5)


def test_a_run_without_a_model_says_wait():
    run = runs.create(config())
    with pytest.raises(LabError, match="no trained model yet"):
        evaluation.evaluate(run)


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "bit"])
def test_a_damaged_model_is_one_sentence(tiny_run, damage):
    whole = tiny_run.model_file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes(b ^ 255 for b in whole[middle : middle + 64])
    broken = {
        "cut": whole[:middle],
        "noise": b"noise" * 99,
        "empty": b"",
        "bit": flipped + whole[middle + 64 :],
    }
    tiny_run.model_file.write_bytes(broken[damage])
    with pytest.raises(LabError, match="cannot be read") as refusal:
        evaluation.load_model(tiny_run)
    assert "\n" not in str(refusal.value)


def test_balanced_accuracy_is_the_mean_over_the_classes():
    assert balanced_accuracy(np.array([[38, 0], [1, 0]])) == 0.5
    assert balanced_accuracy(np.array([[3, 1, 0], [0, 0, 0], [1, 0, 1]])) == (0.75 + 0.5) / 2
