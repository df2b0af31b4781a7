"""A distillation as a run: what it leaves, what stays frozen, and that a pause changes nothing."""

import keras
import numpy as np
import pytest

from cnnlab import architectures, datasets, evaluation, recipe, runs, training
from cnnlab.compression import _worker, planning
from cnnlab.compression.distillation import _distiller
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.training import callbacks
from cnnlab.training.batches import Batches
from tests.compression.conftest import SHORT
from tests.records import checked, write_json


@pytest.fixture(scope="module")
def data():
    return datasets.load("digits", (28, 28, 1), limit=SHORT["train_limit"])


def make(run: Run, data) -> keras.Model:
    """Carry the run out without the measuring."""
    return _worker.distill(run, lambda **fields: None, data)


def queued(teacher: Run, method: str, architecture: str = "mnist_approach_2", **more) -> Run:
    settings, knobs = more.pop("settings", {}), more.pop("knobs", {})
    return runs.create(
        planning.distill(teacher, method, architecture, settings, SHORT | more, knobs)
    )


def test_a_student_is_a_finished_run_of_its_own(tiny_run, student):
    run = student
    assert run.config.parent == tiny_run.name
    assert len(run.history) == 2
    model = evaluation.load_model(run)
    assert model.count_params() == run.metrics.params == 3226
    assert {layer.name for layer in model.layers}.isdisjoint({"regressor"})
    assert run.tflite_file.is_file()
    assert 0 <= run.metrics.test_accuracy <= 1


# All that could forget something: a live teacher (pictures are augmented), a regressor of the
# objective's own, two stages with two optimizers, dropout, momentum.
FORGETFUL = {"augmentation": "light_digits", "optimizer": "nadam", "epochs": 4}


@pytest.mark.parametrize(("method", "more"), [("fitnet", FORGETFUL), ("hinton", {"epochs": 3})])
def test_cut_and_taken_up_again_is_the_same_distillation(tiny_run, data, monkeypatch, method, more):
    """Seen on the way: the second stage begins with a fresh optimizer."""
    unbroken = queued(tiny_run, method, **more)
    with monkeypatch.context() as patch:
        seen = stages(patch)
        make(unbroken, data)
    if method == "fitnet":
        assert [seen[epoch][:2] for epoch in range(4)] == [(1, 0), (1, 0), (0, 1), (0, 1)]
        assert [seen[epoch][2] for epoch in range(4)] == [0, 7, 0, 7]
    cut = queued(tiny_run, method, **more)
    look = callbacks.Progress.on_train_batch_end

    def at_batch(self, batch, logs=None):
        if (self._epoch, batch) == (2, 1):
            self._run.stop_file.touch()
        look(self, batch, logs)

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.Progress, "on_train_batch_end", at_batch)
        with pytest.raises(training.StopRequested):
            make(cut, data)
    assert len(cut.history) == 2
    cut.stop_file.unlink()
    make(cut, data)
    with np.load(unbroken.checkpoint_file) as one, np.load(cut.checkpoint_file) as other:
        assert set(one.files) == set(other.files)
        for name in one.files:
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)
    lived = ("loss", "val_loss", "val_accuracy")
    assert [[getattr(row, k) for k in lived] for row in unbroken.history] == [
        [getattr(row, k) for k in lived] for row in cut.history
    ]


def stages(patch) -> dict[int, tuple[float, float, int]]:
    """Filled as epochs begin: the weights of both words, and the optimizer's steps so far."""
    seen: dict[int, tuple[float, float, int]] = {}
    begin = _distiller.Stages.on_epoch_begin

    def note(self, epoch, logs=None):
        begin(self, epoch, logs)
        seen[epoch] = (
            float(self._distiller.distillation_weight),
            float(self._distiller.label_weight),
            int(self.model.optimizer.iterations),
        )

    patch.setattr(_distiller.Stages, "on_epoch_begin", note)
    return seen


def test_a_frozen_front_stays_the_teachers_and_no_label_is_used(data):
    teacher = runs.create(recipe.plan("irtza_teacher", "digits", SHORT | {"epochs": 1}))
    architectures.build("irtza_teacher").save(teacher.model_file)  # what it says is all the same
    write_json(teacher.path / "status.json", {"state": "done"})
    one = make(queued(teacher, "frozen_logits", "irtza_student", epochs=1), data)
    wrong = datasets.Data(**vars(data) | {"y_train": data.y_train[::-1].copy()})
    other = make(queued(teacher, "frozen_logits", "irtza_student", epochs=1), wrong)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    theirs = evaluation.load_model(teacher)
    for name in ("conv1", "conv2"):
        kernels = (m.get_layer(name).get_weights()[0] for m in (one, theirs))
        np.testing.assert_array_equal(*kernels)
    assert one.count_params() == 74_188
    with pytest.raises(LabError, match="nothing left to learn"):
        make(queued(teacher, "frozen_logits", "irtza_teacher", epochs=1), data)
    with pytest.raises(LabError, match="nothing to freeze"):
        make(queued(teacher, "frozen_logits", "lenet5", epochs=1), data)


@pytest.mark.parametrize(
    ("method", "settings", "words"),
    [
        ("hinton", {"temperature": 0.1}, "Temperature must lie between"),
        ("hinton", {"warmth": 1}, "has no knob"),
        ("filters", {}, "is a method of pruning"),
        ("hintom", {}, "did you mean 'hinton'"),
    ],
)
def test_a_wrong_plan_is_one_sentence(tiny_run, method, settings, words):
    with pytest.raises(LabError, match=words):
        planning.distill(tiny_run, method, "lenet5", settings)


def test_batches_carry_the_teachers_word_for_each_picture():
    pictures = np.arange(10, dtype="uint8").reshape(10, 1, 1, 1)
    features = np.linspace(0, 1, 10, dtype="float16").reshape(10, 1)
    teacher_logits = np.arange(10, dtype="float32")[:, None] / 255
    settings = checked({"batch_size": 4, "seed": 1}, "digits")
    batches = Batches(pictures, np.arange(10) % 2, 2, settings, beside=[teacher_logits])
    (shown, words), labels = batches[0]
    np.testing.assert_allclose(shown.ravel(), words.ravel())
    np.testing.assert_array_equal(labels.argmax(1), (shown.ravel() * 255).round() % 2)
    (kept, _), _ = Batches(features, np.zeros(10, int), 2, settings, False, [teacher_logits])[0]
    np.testing.assert_array_equal(kept, features[:4].astype("float32"))
