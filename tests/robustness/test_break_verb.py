"""Robustness on test pictures, nearest training pictures, and the verb, on one shipped run."""

import json

import numpy as np
import pytest
from PIL import Image

from cnnlab import datasets, evaluation, runs
from cnnlab.__main__ import main
from cnnlab.errors import LabError
from cnnlab.evaluation.report import test_part as part_of
from cnnlab.robustness import TRANSFORMS
from cnnlab.robustness.breaking import as_bytes
from cnnlab.robustness.sampled import robustness
from cnnlab.runs import Run
from cnnlab.visualization.features.nearest import nearest_run

SMALL = "ladder_03"
DATA, SHAPE = "mnist_small", (28, 28, 1)


@pytest.fixture
def run() -> Run:
    """A shipped one of 97 parameters, whose data is built in."""
    return runs.find(SMALL)


def test_accuracy_over_strength_is_that_of_the_keras_network(run):
    found = robustness(run, 40, ["turn"], seed=1)
    test = part_of(run)
    chosen = np.unique(np.linspace(0, len(test.y_test) - 1, 40).astype(int))
    model, fall = evaluation.load_model(run), found.falls[0]
    for strength, accuracy in zip(fall.strengths, fall.accuracies, strict=True):
        pictures = TRANSFORMS["turn"].apply(test.x_test[chosen] / 255, strength, 1)
        called = evaluation.predict_all(model, as_bytes(pictures)).argmax(axis=1)
        assert accuracy == (called == test.y_test[chosen]).mean()
    assert found.accuracy == dict(zip(fall.strengths, fall.accuracies, strict=True))[0]
    with pytest.raises(LabError, match="did you mean"):
        robustness(run, 40, ["turns"])
    with pytest.raises(LabError, match="Between 1 and"):
        robustness(run, 0)


def test_the_nearest_training_pictures_by_brute_force(run):
    import keras

    image = datasets.load(DATA, SHAPE).x_test[3] / 255
    found = nearest_run(str(run.path), image, DATA)
    pictures, classes, places, _ = datasets.read_training(DATA, SHAPE, 2000)
    model = evaluation.load_model(run)
    last = next(layer for layer in reversed(model.layers) if layer.weights)
    inner = keras.Model(model.inputs, last.input)
    own = inner.predict_on_batch(image[None].astype("float32"))[0]
    known = inner.predict(pictures.astype("float32") / 255, verbose=0)
    apart = np.linalg.norm(known - own, axis=1)
    assert found.looked == len(pictures)
    assert [one.place for one in found.by_features] == places[np.argsort(apart)[:6]].tolist()
    assert np.allclose([one.distance for one in found.by_features], np.sort(apart)[:6], rtol=1e-3)
    pixels = np.linalg.norm((pictures / 255 - image).reshape(len(pictures), -1), axis=1)
    best = np.argsort(pixels)[:6]
    assert [one.place for one in found.by_pixels] == places[best].tolist()
    assert [one.label for one in found.by_pixels] == [str(c) for c in classes[best]]


def test_the_verb_on_a_picture_and_on_test_pictures(capsys, run, tmp_path):
    grey = np.zeros((28, 28), np.uint8)
    grey[4:24, 13:16] = 255
    file = tmp_path / "one.png"
    Image.fromarray(grey).save(file)
    main(["break", run.name, "--picture", str(file), "--json"])
    (told,) = json.loads(capsys.readouterr().out)
    assert {curve["transform"] for curve in told["curves"]} == set(TRANSFORMS.names())
    assert len(told["shifts"]["labels"]) == len(told["shifts"]["kept"])
    twice = f"{run.name},{run.name}"
    main(["break", twice, "--test", "20", "--transform", "blur"])
    assert "of 20 test pictures" in capsys.readouterr().out
