"""Who was made from whom, what it cost, what was forgotten; and the plans of several runs."""

import json
import shutil

import numpy as np
import pytest

from cnnlab import evaluation, jobs, lab, paths, recipe, runs
from cnnlab.__main__ import parser
from cnnlab.compression import METHODS, forgotten, ledger, planning
from cnnlab.compression.distillation import pyramid
from cnnlab.compression.pruning import preview, sensitivity
from cnnlab.compression.teacher_gain import SeedAccuracies
from cnnlab.errors import LabError
from cnnlab.schema import to_json
from tests.compression.conftest import SHORT
from tests.records import write_json


@pytest.fixture
def _nobody_starts(monkeypatch):
    monkeypatch.setattr(jobs, "dispatch", lambda *_: [])


def end(run, **metrics):
    """Give a run figures, as if it were done."""
    write_json(run.path / "metrics.json", metrics)
    write_json(run.path / "status.json", {"state": "done"})


@pytest.mark.usefixtures("_nobody_starts")
def test_a_student_comes_with_its_twin_once(tiny_run):
    ask = {"teacher": tiny_run, "method": "hinton", "student": "mnist_approach_2"}
    first = lab.start_distillation(**ask, training=SHORT, seeds=[0, 1])
    twins = [run.config.compression.scratch for run in first]
    assert len(set(twins)) == 2
    for run, twin in zip(first, map(runs.find, twins), strict=True):
        assert twin.config.recipe == run.config.recipe
        assert twin.config.parent is None
    again = lab.start_distillation(**ask, training=SHORT, settings={"temperature": 8}, seeds=[1])
    assert again[0].config.compression.scratch == twins[1]
    assert len(runs.list_runs()) == 6  # the teacher, three students, two twins


@pytest.mark.usefixtures("_nobody_starts")
def test_teacher_scratch_and_distilled_stand_in_one_row(tiny_run):
    made = lab.start_distillation(
        tiny_run, "hinton", "mnist_approach_2", training=SHORT, seeds=[0, 1, 2]
    )
    for number, run in enumerate(made):
        end(run, test_accuracy=0.90 + number / 100, params=3226)
        end(runs.find(run.config.compression.scratch), test_accuracy=0.89)
    (one,) = lab.outcomes([member.run for member in lab.lineage(tiny_run)])
    assert one.teacher_accuracy == tiny_run.metrics.test_accuracy
    assert one.scratch == SeedAccuracies((0.89, 0.89, 0.89), 3)
    assert one.distilled.mean == pytest.approx(0.91)
    assert one.distilled.spread == pytest.approx(0.01)
    assert one.gain == pytest.approx(2.0)
    assert one.distilled.words == "91.00 % ± 1.00 (3 seeds)"
    # A seed counts once, however often it was trained or copied; one not measured yet, not at all.
    shutil.copytree(made[2].path, made[2].path.with_name("0090-copy"))
    waiting = shutil.copytree(made[0].path, made[0].path.with_name("0001-first"))
    (waiting / "metrics.json").unlink()
    (same,) = lab.outcomes(sorted(runs.list_runs(), key=lambda run: run.name))
    assert same.distilled == one.distilled


@pytest.mark.usefixtures("_nobody_starts")
def test_the_family_is_a_tree(tiny_run):
    child = lab.start_pruning(tiny_run, "magnitude", {"share": 0.9}, SHORT)
    end(child)
    child.model_file.write_bytes(tiny_run.model_file.read_bytes())
    grandchild = lab.start_quantization(child, "int8")
    for look_from in (tiny_run, child, grandchild):
        members = lab.lineage(look_from)
        assert [m.run.name for m in members] == [tiny_run.name, child.name, grandchild.name]
        assert [m.depth for m in members] == [0, 1, 2]
    assert members[0].made_by == "trained"
    assert members[1].made_by == "Single weights by magnitude, Weights to set to zero 0.9"
    runs.delete(child)
    assert [m.run.name for m in lab.lineage(grandchild)] == [grandchild.name]


@pytest.mark.usefixtures("_nobody_starts")
def test_a_pyramid_is_a_chain_that_waits(tiny_run):
    teacher = runs.create(recipe.plan("vgg19", "digits", SHORT, {"width": 0.125}, (32, 32, 1)))
    ladder = pyramid.LADDERS["SVGG forward"].rungs
    levels = lab.start_pyramid(teacher, ladder, {"transfer": "gram"}, SHORT, teacher.config.knobs)
    parents = [run.config.parent for run in levels]
    assert parents == [teacher.name, *(run.name for run in levels[:-1])]
    assert [run.config.after for run in levels] == [(name,) for name in parents]
    assert {run.config.knobs["width"] for run in levels} == {0.125}
    assert [run.config.compression.level.number for run in levels] == [1, 2, 3, 4, 5]
    twin = runs.find(levels[-1].config.compression.scratch)
    assert twin.config.recipe.epochs == 5 * SHORT["epochs"]
    direct = lab.start_pyramid(teacher, ladder[:2], {"teacher": "first"}, SHORT, {}, False)
    assert [run.config.parent for run in direct] == [teacher.name] * 2
    with pytest.raises(LabError, match="at least one level"):
        lab.start_pyramid(teacher, [])


def test_the_plan_of_a_pyramid_is_drawn_before_it_runs(tiny_run):
    levels = pyramid.plan(
        str(tiny_run.path), ["lenet5", "mnist_approach_2"], {"transfer": "fitnet"}, SHORT, {}
    )
    assert [level.teacher for level in levels] == [tiny_run.name, "lenet5"]
    assert [level.params for level in levels] == [61_706, 3_226]
    assert levels[0].fresh == ()
    assert levels[1].taken == ()
    assert all(level.seconds > 0 and level.matched for level in levels)


def test_the_ledger_counts_what_is_there(tiny_run, done):
    sparse = done(planning.prune(tiny_run, "magnitude", {"share": 0.9}, SHORT | {"epochs": 1}))
    before, after = (ledger.measure(str(run.path)) for run in (tiny_run, sparse))
    assert (before.params, after.params) == (61_706, 61_706)
    weights = evaluation.load_model(sparse).get_weights()
    assert after.nonzeros == sum(int(np.count_nonzero(w)) for w in weights)
    assert after.nonzeros < 0.11 * before.params
    assert after.tflite_bytes == before.tflite_bytes == tiny_run.tflite_file.stat().st_size
    assert after.gzip_bytes < 0.35 * before.gzip_bytes
    assert before.raw_bytes == 4 * 61_706
    assert 0 < before.litert_p50_ms <= before.litert_p95_ms
    assert 0 < before.keras_p50_ms <= before.keras_p95_ms
    said = ledger.sentences(before, after, METHODS["magnitude"])
    file = next(words for words in said if words.startswith("TFLite file"))
    assert "90% zeros, same file: storage is dense; gzip saves" in file
    assert not any(words.startswith(("Non-zeros", "TFLite, gzip")) for words in said)


@pytest.mark.parametrize("method", ["float16", "dynamic_int8", "int8"])
def test_what_quantization_leaves_is_explained(tiny_run, quantized, method):
    run = quantized(method)
    before, after = (ledger.measure(str(r.path)) for r in (tiny_run, run))
    assert after.raw_bytes < 0.6 * before.raw_bytes
    said = " ".join(ledger.sentences(before, after, METHODS[method]))
    for column in ("Parameters", "MACs", "Keras file"):
        assert f"{column} did not fall" in said
    assert "TFLite file did not fall" not in said


def test_what_was_forgotten_is_counted_by_pair(tiny_run, done):
    run = done(planning.prune(tiny_run, "filters", {"share": 0.9}, SHORT | {"epochs": 1}))
    found = forgotten.forgotten(str(tiny_run.path), str(run.path))
    duel = lab_duel(tiny_run, run)
    assert (found.lost, found.gained) == (duel.only_first, duel.only_second)
    assert sum(count for *_, count in found.pairs) == found.lost > 0
    counts = [count for *_, count in found.pairs]
    assert counts == sorted(counts, reverse=True)
    for one in found.pictures:
        assert one.parent[0][0] == one.truth != one.predicted == one.child[0][0]


def lab_duel(first, second):
    from cnnlab.evaluation import report

    return report.duel(str(first.path), str(second.path))


def test_a_cut_is_tried_before_it_is_made(tiny_run):
    before = tiny_run.model_file.read_bytes()
    found = preview.preview(str(tiny_run.path), "filters", {"share": 0.5})
    assert found.macs_after <= 0.5 * found.macs
    assert found.params_after < found.params == 61_706
    assert {name for name, *_ in found.layers} >= {"conv1", "conv2"}
    assert found.layers[-1][1:] == (10, 10)
    sparse = preview.preview(str(tiny_run.path), "magnitude", {"share": 0.5})
    assert (sparse.params_after, sparse.macs_after) == (sparse.params, sparse.macs)
    assert sparse.nonzeros == pytest.approx(0.5 * sparse.params, rel=0.02)
    assert tiny_run.model_file.read_bytes() == before


def test_sensitivity_starts_at_the_whole_network(tiny_run):
    found = sensitivity.sensitivity(str(tiny_run.path))
    assert {curve.layers for curve in found.curves} >= {("conv1",), ("conv2",)}
    whole = {curve.points[0] for curve in found.curves}
    assert len(whole) == 1
    assert all([share for share, _ in c.points] == list(sensitivity.SHARES) for c in found.curves)
    assert min(accuracy for c in found.curves for _, accuracy in c.points) < next(iter(whole))[1]


def test_every_plan_has_a_command_that_is_understood(tiny_run):
    training = SHORT | {"epochs": 7}
    plans = [
        planning.distill(tiny_run, "hinton", "lenet5", {"temperature": 8}, training, {"width": 2}),
        planning.prune(tiny_run, "filters", {"share": 0.3, "ramp": 2}, training),
        planning.quantize(tiny_run, "int8", {"calibration": 50}),
    ]
    for config in plans:
        words = config.command.split()
        assert words[:3] == ["python", "-m", "cnnlab"]
        options = parser().parse_args(words[3:])
        assert options.run == tiny_run.name
        made = config.compression
        assert options.method == made.method
        assert {
            n: type(made.settings[n])(v) for n, v in options.set
        }.items() <= made.settings.items()
        json.dumps(to_json(config))
    assert "temperature=8" in plans[0].command
    assert "--epochs 7" in plans[0].command


@pytest.mark.usefixtures("_nobody_starts")
def test_a_higher_temperature_tells_more_of_the_other_classes(tiny_run, monkeypatch):
    from cnnlab import engine, prediction

    monkeypatch.setattr(engine, "ask", lambda question: question.answer())
    found = lab.soft_targets(tiny_run, 2, [1.0, 4.0, 20.0])
    plain, warm, hot = (np.array(chances) for _, chances in found.rows)
    picture = found.picture.reshape(28, 28, 1).astype("float32") / 255
    said = prediction.predict(tiny_run, picture).by_class
    np.testing.assert_allclose(plain, list(said.values()), atol=1e-5)
    for chances in (plain, warm, hot):
        assert chances.sum() == pytest.approx(1)
        assert chances.argmax() == plain.argmax()
    assert plain.max() > warm.max() > hot.max()
    np.testing.assert_allclose(warm, plain**0.25 / (plain**0.25).sum(), atol=1e-4)


@pytest.mark.usefixtures("_nobody_starts")
def test_what_the_source_printed_stands_beside_its_students(tiny_run):
    paths.data_dir().mkdir(parents=True)
    (paths.data_dir() / "mnist.npz").touch()  # it is here, and nobody reads it
    teacher = runs.create(recipe.plan("irtza_teacher", "mnist", SHORT))
    config = planning.distill(
        teacher, "frozen_logits", "irtza_student", {}, SHORT, {"hidden_neurons": 4}
    )
    (one,) = lab.outcomes([runs.create(config)])
    printed = lab.published(one)
    assert ("Student, 6 neurons", 74_188, 0.9626) in printed
    assert len(printed) == 6
    assert one.student == "irtza_student, 4 neurons"
    assert one.scratch.words == "none started"
    assert one.distilled.words == "not measured yet"
