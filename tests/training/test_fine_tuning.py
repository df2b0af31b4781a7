"""A training that begins with a finished run's weights: same classes, other classes, taken up."""

import keras
import numpy as np
import pytest

from cnnlab import architectures, datasets, lab, runs, training
from cnnlab.compression.lineage import made_by
from cnnlab.errors import LabError
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.runs import Run
from cnnlab.training.initial_weights import load_initial_weights
from tests.training.test_exact_resume import same_end, stop_in_an_epoch

START = "mnist_approach_1"
SETTINGS = {"epochs": 3, "train_limit": 60, "batch_size": 9, "seed": 3, "learning_rate": 1e-9}


@pytest.fixture(scope="module")
def start() -> Run:
    """A shipped network."""
    return runs.find(START)


@pytest.fixture(autouse=True)
def _queued_only(monkeypatch):
    """Nothing is started: the tests train in their own process."""
    monkeypatch.setattr("cnnlab.jobs.dispatch", list)


def weights(model: keras.Model) -> list[np.ndarray]:
    return model.get_weights()


def test_the_same_classes_take_over_every_weight_and_other_ones_all_but_the_last_layer(start):
    before = weights(keras.models.load_model(start.model_file, compile=False))
    same = architectures.build(START, (28, 28, 1), 10, start.config.knobs)
    load_initial_weights(same, start, start.config.labels)
    for one, other in zip(weights(same), before, strict=True):
        np.testing.assert_array_equal(one, other)
    for labels in (("cat", "dog"), tuple("abcdefghij")):
        model = architectures.build(START, (28, 28, 1), len(labels), start.config.knobs)
        fresh = [np.copy(w) for w in weights(model)]
        taken = load_initial_weights(model, start, labels)
        for one, other in zip(weights(model)[:-2], before[:-2], strict=True):
            np.testing.assert_array_equal(one, other)
        for one, other in zip(weights(model)[-2:], fresh[-2:], strict=True):
            np.testing.assert_array_equal(one, other)
        assert model.layers[-1].name not in taken


def test_another_network_s_weights_are_refused(start):
    with pytest.raises(LabError, match="others than those"):
        load_initial_weights(
            architectures.build("lenet5", (28, 28, 1), 10), start, start.config.labels
        )


def test_it_says_what_it_began_with_in_command_card_and_lineage(start):
    run = lab.start_training(START, "digits", {"optimizer": "sgd"}, start=START)
    assert run.config.parent == START
    assert run.config.command.endswith(f"--from {START}")
    assert run.config.input_shape == start.config.input_shape
    assert run.config.recipe.learning_rate == OPTIMIZERS["sgd"].learning_rate / 10
    assert made_by(run) == "fine-tuned"
    assert "fine-tuned" in run.title
    assert [member.run.name for member in lab.lineage(run)][:2] == [START, run.name]
    later = lab.start_training(START, "digits", {"learning_rate": 0.5}, start=run.name)
    assert later.config.recipe.learning_rate == 0.5
    assert later.config.after == (run.name,)


@pytest.mark.parametrize(
    ("architecture", "how", "message"),
    [
        ("lenet5", {}, "cannot begin with its weights"),
        (START, {"input_shape": (32, 32, 1)}, "pictures of another size"),
        (START, {"start": "nobody"}, "nobody"),
    ],
)
def test_what_cannot_be_begun_is_a_sentence_and_no_run(architecture, how, message):
    with pytest.raises(LabError, match=message):
        lab.start_training(architecture, "digits", **{"start": START, **how})
    assert not runs.list_runs()


def test_only_what_has_weights_and_a_known_build_is_offered():
    waiting = lab.start_training(START, "digits", start=START)
    assert START in [run.name for run in lab.starts(START)]
    assert waiting.name not in [run.name for run in lab.starts(START)]
    assert all(run.config.architecture == START for run in lab.starts(START))


def test_it_trains_from_there_and_a_stop_changes_nothing(start, monkeypatch):
    data = datasets.load("digits", (28, 28, 1), limit=60)
    ends = []
    for cut in (False, True):
        run = lab.start_training(START, "digits", SETTINGS, start=START)
        if cut:
            with monkeypatch.context() as patch:
                stop_in_an_epoch(patch, run)
                with pytest.raises(training.StopRequested):
                    training.train(run, lambda **fields: None, data)
            run.stop_file.unlink()
        ends.append(run)
        trained = training.train(run, lambda **fields: None, data)
    same_end(*ends)
    # Steps too small to see: what was taken over is what is left, but for the pictures' statistics.
    before = keras.models.load_model(start.model_file, compile=False)
    for one, other in zip(trained.trainable_weights, before.trainable_weights, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), atol=1e-6)
