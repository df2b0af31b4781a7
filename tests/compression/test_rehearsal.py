"""What can fail is tried before hours are spent on it, and trying changes nothing."""

import shutil

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import (
    compression,
    datasets,
    export,
    importing,
    lab,
    paths,
    recipe,
    runs,
    training,
)
from cnnlab.compression import _rehearsal as rehearsal
from cnnlab.compression import planning
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schema import RunConfig
from tests.compression.conftest import SHORT


def silent(**_said) -> None:
    """Nobody listens."""


@pytest.fixture
def long(monkeypatch) -> None:
    """Whatever is asked for counts as long."""
    monkeypatch.setattr(rehearsal, "LONG_WORK", 0)


@pytest.fixture(scope="module")
def data():
    return datasets.load("digits", (28, 28, 1), limit=60)


@pytest.fixture(scope="module")
def foreign_folder(tmp_path_factory):
    """A reader's model whose layers Keras named, an `add` among them, imported."""
    place = tmp_path_factory.mktemp("foreign")
    keras.backend.clear_session()
    image = keras.Input((28, 28, 1))
    maps = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(image)
    both = layers.Add()([maps, layers.Conv2D(8, 3, padding="same")(maps)])
    small = layers.Conv2D(8, 3, strides=2, activation="relu")(both)
    flat = layers.GlobalAveragePooling2D()(small)
    model = keras.Model(image, layers.Dense(10, activation="softmax")(flat))
    assert model.get_layer("add")
    model.save(place / "mine.keras")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNLAB_RUNS", str(place / "runs"))
        return importing.import_file(place / "mine.keras", "mine.keras", dataset="digits").path


# A hint between maps, with a layer of the lab's own and two stages; and class scores alone.
@pytest.mark.parametrize("method", ["fitnet", "hinton"])
def test_a_model_with_keras_own_names_teaches(foreign_folder, method):
    teacher = Run(paths.runs_dir() / foreign_folder.name)
    shutil.copytree(foreign_folder, teacher.path)
    config = planning.distill(teacher, method, "mnist_approach_2", {}, SHORT)
    rehearsal.rehearse_chain(teacher, [config])


def test_the_last_of_a_chain_is_tried_before_the_first_is_queued(tiny_run, answering):
    settings = {"transfer": "maps", "freeze": True}
    with pytest.raises(LabError, match="mlp cannot be taught so: Every layer of this student"):
        lab.start_pyramid(tiny_run, ["mlp", "mlp"], settings, SHORT, tried=True)
    assert runs.list_runs() == [tiny_run]


def test_without_an_engine_the_worker_finds_out(tiny_run, monkeypatch):
    monkeypatch.setenv("CNNLAB_SLOTS", "0")

    def gone(question):
        raise LabError("The computing process is not here.")

    monkeypatch.setattr("cnnlab.engine.ask", gone)
    assert lab.start_distillation(tiny_run, "hinton", "lenet5", training=SHORT, tried=True)


def test_a_failure_at_the_very_end_comes_before_the_first_epoch(long, data, monkeypatch):
    def refuse(run, model):
        raise LabError("LiteRT cannot write this.")

    monkeypatch.setattr(export, "save_tflite", refuse)
    run = runs.create(recipe_of("lenet5"))
    with pytest.raises(LabError, match="LiteRT cannot write this"):
        rehearsal.rehearse(run, data, silent)
    assert not run.history
    assert {file.name for file in run.path.iterdir()} <= {"config.json", "status.json", "lock"}


def test_the_stop_file_of_the_real_run_ends_it(long, data):
    run = runs.create(recipe_of("lenet5"))
    run.stop_file.touch()
    with pytest.raises(training.StopRequested):
        rehearsal.rehearse(run, data, silent)


def test_short_work_is_not_tried_first(data, monkeypatch):
    monkeypatch.setattr(rehearsal, "_trial", None)
    rehearsal.rehearse(runs.create(recipe_of("lenet5")), data, silent)


def test_a_training_that_was_tried_ends_with_the_same_weights(tiny_run, data, monkeypatch):
    config = planning.prune(tiny_run, "filters", {"ramp": 2}, SHORT)
    plain = compression.make(runs.create(config), silent, data)
    monkeypatch.setattr(rehearsal, "LONG_WORK", 0)
    run = runs.create(config)
    rehearsal.rehearse(run, data, silent)
    tried = compression.make(run, silent, data)
    for one, other in zip(plain.get_weights(), tried.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_work_is_counted_in_macs():
    # 416,520 multiply-accumulates a picture, three times, 200 pictures, 2 epochs
    assert rehearsal.work_of(recipe_of("lenet5"), 200) == 3 * 416_520 * 200 * 2


def recipe_of(name: str) -> RunConfig:
    return recipe.plan(name, "digits", SHORT)
