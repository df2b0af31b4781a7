"""What operations do to a run's answers; a run that is kept, its lineage, and the verb."""

import json

import numpy as np
import pytest

from cnnlab import engine, evaluation, importing, runs
from cnnlab.__main__ import main
from cnnlab.compression.lineage import lineage, made_by
from cnnlab.errors import LabError
from cnnlab.evaluation.report import test_part as part_of
from cnnlab.surgery import plan
from cnnlab.surgery.filter_facts import filter_facts
from cnnlab.surgery.operating import SAMPLE, bench, table
from cnnlab.surgery.saving import keep

STEPS = (plan.planned("silence", "conv1", 0), plan.planned("negate", "conv1", 1))


@pytest.fixture
def run() -> runs.Run:
    return runs.find("ladder_03")


def test_the_outcome_is_that_of_a_network_changed_by_hand(run):
    found = table(run.path, STEPS, "")
    model = evaluation.load_model(run)
    data = part_of(run)
    chosen = np.unique(np.linspace(0, len(data.y_test) - 1, SAMPLE).astype(int))
    pictures, truth = data.x_test[chosen], data.y_test[chosen]
    before = evaluation.predict_all(model, pictures).argmax(axis=1)
    kernel, *bias = model.get_layer("conv1").get_weights()
    for part in (kernel, *bias):
        part[..., 0] = 0
        part[..., 1] *= -1
    model.get_layer("conv1").set_weights([kernel, *bias])
    after = evaluation.predict_all(model, pictures).argmax(axis=1)
    outcome = found.outcome
    assert outcome.count == len(truth)
    assert outcome.before == (before == truth).mean()
    assert outcome.after == (after == truth).mean()
    assert outcome.changed == (before != after).sum() > 0
    assert outcome.lost == ((before == truth) & (after != truth)).sum()
    for label in range(10):
        assert outcome.recall_after[label] == (after == label)[truth == label].mean()
    first = outcome.flipped[0]
    at = int(np.flatnonzero(chosen == first.index)[0])
    assert (first.before, first.after) == (str(before[at]), str(after[at]))
    assert first.before == first.truth
    assert table(run.path, (), "").outcome.changed == 0  # undone, it leaves no trace
    assert np.allclose(found.kernels[0], 0)


def test_a_run_that_is_kept_knows_what_was_done(run):
    kept = keep(run.path, STEPS, "mine")
    assert kept.config.parent == run.name
    assert kept.config.operations == STEPS
    assert kept.label.startswith("mine")
    assert "operated on, 2 operations" in made_by(kept)
    assert kept.name in [member.run.name for member in lineage(run)]
    assert kept.config.asked != run.config.asked
    whole = bench(run.path).outcome(STEPS, whole=True)
    assert kept.metrics.test_accuracy == pytest.approx(whole.after, abs=1e-9)
    assert evaluation.basis(kept, part_of(kept)) == evaluation.basis(run, part_of(run))
    kernel = evaluation.load_model(kept).get_layer("conv1").get_weights()[0]
    assert not kernel[..., 0].any()
    again = keep(kept.path, STEPS[1:], "")  # a run operated on may be operated on again
    assert evaluation.basis(again, part_of(again)) == evaluation.basis(run, part_of(run))
    with pytest.raises(LabError, match="Nothing was done"):
        keep(run.path, ())
    told = [text for text in kept.config.command.split() if ":" in text]
    assert [plan.read(text) for text in told] == list(STEPS)


def test_a_copied_filter_is_the_other_runs(run):
    other = runs.find("ladder_04")
    settings = {"run": other.name, "layer": "conv1", "other": 1}
    with bench(run.path).operated([plan.planned("copy", "conv1", 0, settings)]):
        made = bench(run.path).places["conv1"].read(0)
    assert np.array_equal(made.kernel, bench(other.path).places["conv1"].read(1).kernel)
    with pytest.raises(LabError, match="Say which run"):
        table(run.path, [plan.planned("copy", "conv1", 0)], "")
    wrong = settings | {"layer": "classes"}
    with pytest.raises(LabError, match="of one size"):
        table(run.path, [plan.planned("copy", "conv1", 0, wrong)], "")


def test_a_filters_card(run):
    facts = filter_facts(run.path, "conv1", 0)
    silenced = table(run.path, STEPS[:1], "").outcome
    assert facts.cost.after == silenced.after
    assert 0 <= facts.found.selectivity <= 1
    means = dict(facts.found.classes)
    best = max(means.values())
    others = np.mean([m for m in means.values() if m != best])
    assert facts.found.selectivity == pytest.approx((best - others) / (best + others))
    assert facts.wish.shape == (28, 28, 1)


def test_an_imported_model_without_data_says_why(tmp_path):
    evaluation.load_model(runs.find("ladder_01")).save(tmp_path / "mine.keras")
    mine = importing.import_file(tmp_path / "mine.keras")
    with pytest.raises(LabError, match="imported without a dataset"):
        table(mine.path, (), "")
    known = importing.import_file(tmp_path / "mine.keras", dataset="mnist_small")
    layer = table(known.path, (), "").layers[0][0]
    found = table(known.path, [plan.planned("silence", layer, 0)], layer)
    assert found.outcome.changed > 0


def test_the_verb(capsys, monkeypatch):
    monkeypatch.setattr(engine, "ask", lambda question: question.answer())
    base = ["operate", "ladder_03", "--layer", "conv1", "--filter", "0"]
    assert main([*base, "--operation", "silence", "--save", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["after"] < told["before"]
    assert runs.find(told["saved"]).config.operations[0].operation == "silence"
    assert main(["operate", "ladder_03"]) == 1
    assert "Say what is to be done" in capsys.readouterr().err
