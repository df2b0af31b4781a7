"""The figures behind the accuracy, against values computed by hand or by scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import top_k_accuracy_score

from cnnlab import datasets
from cnnlab.errors import LabError
from cnnlab.evaluation import calibration
from cnnlab.evaluation import report as reports


def test_top_k_is_scikit_learns():
    chance = np.random.default_rng(0)
    probabilities = chance.dirichlet(np.ones(10), 500)
    truth = chance.integers(0, 10, 500)
    for k, share in reports.top_k(probabilities, truth).items():
        assert share == pytest.approx(
            top_k_accuracy_score(truth, probabilities, k=k, labels=range(10))
        )


def test_reliability_counts_every_picture_once():
    confidence = np.array([0.05, 0.55, 0.95, 0.99, 1.0])
    right = np.array([False, True, True, True, False])
    rows = calibration.reliability(confidence, right)
    assert [row["count"] for row in rows] == [1, 1, 3]
    assert rows[-1]["accuracy"] == pytest.approx(2 / 3)


def test_calibration_error_of_a_hand_made_case():
    rows = [
        {"confidence": 0.9, "accuracy": 0.8, "count": 30},
        {"confidence": 0.6, "accuracy": 0.6, "count": 10},
    ]
    assert calibration.calibration_error(rows) == pytest.approx(0.075)


def test_rejection_answers_the_surest_first():
    points = calibration.rejection(np.array([0.9, 0.8, 0.7, 0.6]), np.array([1, 1, 0, 0], bool))
    assert points == [(0.25, 1.0), (0.5, 1.0), (0.75, pytest.approx(2 / 3)), (1.0, 0.5)]


@pytest.mark.parametrize(("a", "b", "p"), [(0, 0, 1.0), (5, 5, 1.0), (10, 2, 0.03857421875)])
def test_mcnemar_is_the_exact_binomial_test(a, b, p):
    assert reports.mcnemar(a, b) == pytest.approx(p)
    assert reports.mcnemar(b, a) == pytest.approx(p)


def test_report_of_a_real_run_agrees_with_its_metrics(tiny_run):
    found = reports.report(str(tiny_run.path))
    assert found.evaluation.accuracy == pytest.approx(tiny_run.metrics.test_accuracy)
    assert found.top_k[1] == pytest.approx(found.evaluation.accuracy)
    assert sum(row["count"] for row in found.reliability) == found.evaluation.test_count
    assert found.rejection[-1] == (1.0, pytest.approx(found.evaluation.accuracy))


def test_the_commonest_mistake_comes_with_its_pictures(tiny_run):
    found = reports.report(str(tiny_run.path))
    wrong = np.array(found.evaluation.confusion)
    np.fill_diagonal(wrong, 0)
    cell = found.commonest
    assert wrong[cell.truth, cell.predicted] == wrong.max() > 0
    assert len(cell.pictures) == min(24, wrong.max())
    assert {shown.truth for shown in cell.pictures} == {tiny_run.config.labels[cell.truth]}
    assert all(shown.answers[0][0] != shown.truth for shown in found.mistakes)
    assert all(shown.answers[0][0] == shown.truth for shown in found.hits)


def test_cells_hold_the_pictures_they_count(tiny_run):
    found = reports.report(str(tiny_run.path)).evaluation
    data = datasets.load("digits", (28, 28, 1))
    confusion = np.array(found.confusion)
    np.fill_diagonal(confusion, 0)
    i, j = np.unravel_index(confusion.argmax(), confusion.shape)
    shown = reports.pictures(str(tiny_run.path), "cell", int(i), int(j), most=500)
    assert len(shown) == confusion[i, j] > 0
    for one in shown:
        assert one.truth == str(i)
        assert one.answers[0][0] == str(j)
        assert (one.picture == data.x_test[one.index, :, :, 0]).all()


def test_mistakes_are_surest_first_and_hits_least_sure_first(tiny_run):
    wrong = reports.pictures(str(tiny_run.path), "mistakes")
    sure = [one.answers[0][1] for one in wrong]
    assert sure == sorted(sure, reverse=True)
    assert all(one.truth != one.answers[0][0] for one in wrong)
    hits = [one.answers[0][1] for one in reports.pictures(str(tiny_run.path), "hits")]
    assert hits == sorted(hits)


def test_a_run_never_beats_itself(tiny_run):
    even = reports.duel(str(tiny_run.path), str(tiny_run.path))
    assert (even.only_first, even.only_second, even.p_value) == (0, 0, 1.0)
    assert reports.only_first_right(str(tiny_run.path), str(tiny_run.path)) == []


def test_runs_of_two_datasets_do_not_fight(tiny_run):
    from pathlib import Path

    pretrained = Path(__file__).resolve().parents[2] / "pretrained" / "lenet5"
    with pytest.raises(LabError, match="one dataset"):
        reports.duel(str(tiny_run.path), str(pretrained))
