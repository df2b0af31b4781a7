"""`report`, `agreement`, `forgotten`, `sensitivity`: the pages' figures, from a terminal."""

import json
import math
import shutil

import keras
import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from cnnlab import evaluation
from cnnlab.__main__ import main
from cnnlab.compression.pruning import sensitivity
from cnnlab.evaluation import classification_report
from cnnlab.evaluation.report import answers_of, duel, mcnemar
from cnnlab.runs import Run


def said(capsys, *words: str) -> dict:
    """The JSON a verb prints."""
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def damaged(tiny_run) -> Run:
    """A child of the tiny run whose class scores were disturbed."""
    folder = tiny_run.path.with_name("damaged")
    shutil.copytree(tiny_run.path, folder)
    model = evaluation.load_model(tiny_run)
    layer = next(one for one in reversed(model.layers) if one.weights)
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, bias + np.linspace(0, 3, len(bias))])
    keras.Model.save(model, folder / "model.keras")
    config = json.loads((folder / "config.json").read_text()) | {"parent": tiny_run.name}
    (folder / "config.json").write_text(json.dumps(config))
    return Run(folder)


def test_the_report_is_scikit_learns(tiny_run, capsys):
    told = said(capsys, "report", tiny_run.name)
    answers = answers_of(tiny_run)
    for average, name in (("macro", "mean over classes"), ("weighted", "mean by pictures")):
        expected = precision_recall_fscore_support(
            answers.truth, answers.predicted, average=average, zero_division=0
        )
        found = told["averages"][name]
        assert [found[key] for key in ("precision", "recall", "f1")] == pytest.approx(expected[:3])
    each = precision_recall_fscore_support(answers.truth, answers.predicted, zero_division=0)
    assert [row["f1"] for row in told["per_class"]] == pytest.approx(each[2].tolist())
    assert main(["report", tiny_run.name]) == 0
    printed = capsys.readouterr().out
    assert f"{told['per_class'][3]['f1']:.4f}" in printed
    assert str(told["confusion"][3][3]) in printed


def test_many_classes_keep_their_matrix_to_the_json():
    labels = tuple(f"kind {n}" for n in range(30))
    found = evaluation.Evaluation(
        *("0001-a", "many", "Many", "test", 30, 1.0, (0.9, 1.0), 0.0, labels, 1.0),
        np.eye(30, dtype=int).tolist(),
        [{"label": one, "count": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0} for one in labels],
    )
    text = classification_report.to_text(found)
    assert "30 classes stands in the JSON" in text
    assert len(text.splitlines()) < 45


def two_sided(only_first, n):
    """A fair coin's exact two-sided test, every outcome counted in whole numbers."""
    ways = [math.comb(n, k) for k in range(n + 1)]
    return sum(way for way in ways if way <= ways[only_first]) / 2**n


@pytest.mark.parametrize(("a", "b"), [(0, 1), (3, 0), (7, 7), (12, 31), (900, 1030)])
def test_mcnemar_is_the_two_sided_binomial_test(a, b):
    assert mcnemar(a, b) == pytest.approx(two_sided(a, a + b), rel=1e-9)


def test_agreement_counts_the_same_pictures_as_the_answers(tiny_run, damaged, capsys):
    told = said(capsys, "agreement", tiny_run.name, damaged.name)
    first, second = answers_of(tiny_run), answers_of(damaged)
    assert told["alike"] == (first.predicted == second.predicted).sum() < told["count"]
    assert told["count"] == len(first.truth)
    assert told["only_first"] == (first.right & ~second.right).sum()
    pair = told["only_first"], told["only_first"] + told["only_second"]
    assert told["p_value"] == pytest.approx(two_sided(*pair))
    assert main(["agreement", tiny_run.name, damaged.name]) == 0
    assert "McNemar's exact test" in capsys.readouterr().out


def test_what_a_child_forgot_is_what_only_its_parent_reads(tiny_run, damaged, capsys):
    told = said(capsys, "forgotten", damaged.name)
    split = duel(str(tiny_run.path), str(damaged.path))
    assert (told["parent"], told["lost"]) == (tiny_run.name, split.only_first)
    assert sum(pair["count"] for pair in told["pairs"]) == told["lost"] > 0
    assert {one["index"] for one in told["pictures"]}
    turned = said(capsys, "forgotten", tiny_run.name, "--than", damaged.name)
    assert (turned["lost"], turned["gained"]) == (told["gained"], told["lost"])
    assert main(["forgotten", tiny_run.name]) == 1
    assert "--than RUN" in capsys.readouterr().err


def test_sensitivity_prints_the_pages_curves(tiny_run, capsys):
    told = said(capsys, "sensitivity", tiny_run.name)
    found = sensitivity.sensitivity(str(tiny_run.path))
    assert [curve["filters"] for curve in told["curves"]] == [c.filters for c in found.curves]
    assert told["curves"][0]["points"] == [list(point) for point in found.curves[0].points]
    assert main(["sensitivity", tiny_run.name]) == 0
    assert found.curves[0].layers[0] in capsys.readouterr().out
