"""Runs on data that changed since: a sentence in place of a figure, whatever asks."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from cnnlab import datasets, evaluation, lab, paths, runs, schema
from cnnlab.datasets._own.store import store
from cnnlab.errors import LabError
from cnnlab.evaluation import report as reports
from cnnlab.evaluation.several_models import together
from cnnlab.export._bundle import _pictures
from cnnlab.runs import Run
from cnnlab.schema import Compression, Imported, ImportedPictures, Recipe
from tests.records import config

NAMES = ("left", "right")


def own(swapped: bool = False, names=NAMES, shift: int = 0) -> None:
    """Replace the own dataset "sides": a bright left or right half, 20 of each."""
    shutil.rmtree(paths.data_dir() / "own" / "sides", ignore_errors=True)
    y = np.arange(20 * len(names)) % len(names)
    x = np.zeros((len(y), 8, 8, 1), np.uint8)
    for row, label in enumerate(y):
        x[row, :, 4 * (label % 2) : 4 * (label % 2) + 4] = 100 + row + shift
    part = np.array([0, 2, 1, 0], np.int8)[np.arange(len(y)) // 2 % 4]
    truth = y[::-1] if swapped else y
    counts = {name: int((truth == i).sum()) for i, name in enumerate(names)}
    none = dict.fromkeys(("broken", "blank", "duplicates", "near_copies", "contradictions"), 0)
    told = ImportedPictures(
        name="own-sides",
        counts=counts,
        validation_count=int((part == 1).sum()),
        test_count=int((part == 2).sum()),
        given=(),
        set_aside=0,
        others=0,
        ground="",
        notes=(),
        **none,
    )
    store("sides", x, truth, part, "picture", told)


@pytest.fixture
def trained() -> Run:
    """A run of the dataset as it is at first, its model a stand-in that is always right."""
    own()
    return made()


def made(name: str = "r", **changes) -> Run:
    plan = config(dataset="own-sides", labels=NAMES, classes=2, input_shape=(8, 8, 1), **changes)
    run = runs.create(plan)
    run.model_file.write_bytes(b"x")
    data = datasets.load("own-sides")
    schema.write(
        run.path / runs.METRICS_FILE,
        schema.Metrics(test_accuracy=1.0, fingerprint=data.fingerprint, variant=data.variant),
    )
    return run


@pytest.fixture(autouse=True)
def _sees_halves(monkeypatch):
    """The model: the brighter half."""

    def answer(run, pictures):
        right = pictures[:, :, 4:].sum(axis=(1, 2, 3)) > pictures[:, :, :4].sum(axis=(1, 2, 3))
        return np.stack([~right, right], 1).astype("float32")

    monkeypatch.setattr(evaluation, "answer", answer)
    monkeypatch.setattr(reports, "answer", answer)


def test_on_its_own_data_it_is_right_and_nothing_was_trained_on(trained):
    judged = evaluation.evaluate(trained)
    assert (judged.accuracy, judged.basis) == (1.0, evaluation.UNSEEN)
    assert reports.report(str(trained.path)).evaluation.basis == evaluation.UNSEEN


CHANGES = {
    "swapped": {"swapped": True},
    "other pictures": {"shift": 1},
    "a further class": {"names": (*NAMES, "above", "below")},
    "renamed and other pictures": {"names": ("lower", "upper"), "shift": 1},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_data_that_changed_is_one_sentence_wherever_it_is_counted(trained, change):
    reports.report(str(trained.path))  # what is kept of the earlier data must not answer
    other = made("s")
    own(**change)
    folder = str(trained.path)
    for ask in (
        lambda: evaluation.evaluate(trained),
        lambda: evaluation.data_of(trained),
        lambda: reports.report(folder),
        lambda: reports.pictures(folder, "hits"),
        lambda: reports.duel(folder, str(other.path)),
        lambda: together([folder, str(other.path)]),
    ):
        with pytest.raises(LabError, match=r"sides holds .*now.* Bring the earlier pictures back"):
            ask()
    assert _pictures(trained).shape == (100, 8, 8, 1)  # noise, in place of others' pictures


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_predict_and_compress_say_it_beside_test_pictures(trained, answering, change):
    found = lab.test_pictures("own-sides", (8, 8, 1))
    assert lab.mismatch(trained, "own-sides", found) == ""
    own(**change)
    found = lab.test_pictures("own-sides", (8, 8, 1))
    assert "sides holds" in lab.mismatch(trained, "own-sides", found)
    assert lab.mismatch(trained, "digits", found) == ""  # chosen, to see what it makes of them
    with pytest.raises(LabError, match="sides holds"):
        lab.soft_targets(trained, 0, (1.0,))


def test_the_same_pictures_under_new_names_are_the_same_classes(trained):
    own(names=("lower", "upper"))
    judged = evaluation.evaluate(trained)
    assert (judged.accuracy, judged.labels) == (1.0, NAMES)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_run_made_of_another_is_held_to_what_that_one_learned(trained, change):
    quantized = Compression("quantization", "int8", {})
    child = runs.create(
        replace(trained.config, parent=trained.name, compression=quantized, recipe=Recipe(epochs=0))
    )
    child.model_file.write_bytes(b"x")
    assert evaluation.evaluate(child).basis == evaluation.UNSEEN
    own(**change)
    with pytest.raises(LabError, match="sides holds"):
        evaluation.evaluate(child)


def test_a_worker_refuses_before_it_computes(trained):
    from cnnlab.jobs import worker

    child = runs.create(
        replace(
            trained.config,
            parent=trained.name,
            compression=Compression("distillation", "hinton", {}),
        )
    )
    own(shift=1)
    with pytest.raises(LabError, match=f"{trained.name} learned from other pictures"):
        worker.work(child, lambda **told: None)


def test_an_unfinished_training_is_known_by_its_checkpoint():
    own()
    run = runs.create(config(dataset="own-sides", labels=NAMES, classes=2, input_shape=(8, 8, 1)))
    run.model_file.write_bytes(b"x")
    with run.checkpoint_file.open("wb") as file:
        np.savez(file, data=np.array(datasets.load("own-sides").fingerprint))
    assert evaluation.evaluate(run).basis == evaluation.UNSEEN
    own(shift=1)
    with pytest.raises(LabError, match="learned from other pictures"):
        evaluation.evaluate(run)
    run.checkpoint_file.write_bytes(b"damaged")
    assert "nobody recorded" in evaluation.evaluate(run).basis


def test_of_an_imported_model_nobody_knows_what_it_learned_from(trained):
    told = Imported("theirs.keras")
    theirs = made("t", imported=told)
    assert "nobody recorded" in evaluation.evaluate(theirs).basis
    child = made("c", parent=theirs.name, compression=Compression("pruning", "filters", {}))
    assert "nobody recorded" in evaluation.evaluate(child).basis
    student = made("d", parent=theirs.name, compression=Compression("distillation", "hinton", {}))
    assert evaluation.evaluate(student).basis == evaluation.UNSEEN


def test_another_form_of_what_its_source_split_is_counted_and_said(monkeypatch, trained):
    card = replace(datasets.DATASETS["own-sides"], split_here=False)
    monkeypatch.setattr(evaluation.provenance.datasets, "DATASETS", {"own-sides": card})
    data = replace(datasets.load("own-sides"), fingerprint="other", variant="sides, as JPEG")
    assert "it learned from sides" in evaluation.evaluate(trained, data).basis
    with pytest.raises(LabError, match="learned from other pictures"):
        evaluation.evaluate(trained, replace(data, variant="sides"))
