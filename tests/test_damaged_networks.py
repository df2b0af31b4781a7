"""Single flipped bits in every kind of model file: an answer or a sentence, never a failure."""

import shutil

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import evaluation, importing, lab, paths, prediction
from cnnlab.runs import Run, arrays
from cnnlab.visualization._opened import open_run
from cnnlab.visualization.features import kernels
from tests.flip_bytes import PICTURE, drawing, flipped, http, told, verb


@pytest.fixture
def small() -> Run:
    """A copy of a small shipped run."""
    folder = paths.runs_dir() / "0001-ladder"
    shutil.copytree(paths.pretrained_dir() / "ladder_05", folder)
    return Run(folder)


def test_a_litert_file_is_answered_or_refused(small):
    pictures = (PICTURE[None] * 255).astype("uint8")
    for place in flipped(small.tflite_file, 120):
        content = small.tflite_file.read_bytes()
        prediction._loaded._loaded.clear()
        told(lambda: prediction.predict(small, PICTURE), place)
        told(lambda: prediction.feature_maps(small, PICTURE), place)
        told(lambda content=content: prediction.contents(content), place)
        told(lambda content=content: prediction.anatomy(content), place)
        told(lambda content=content: prediction.answer_all(content, pictures, 1), place)
        told(lambda content=content: prediction.caller(content, PICTURE[None]), place)


def test_a_keras_file_is_opened_or_refused_inside_and_in_evaluate(small):
    for place in flipped(small.model_file, 12):
        told(lambda: evaluation.load_model(small), place)
        told(lambda: open_run(str(small.path)).probabilities(PICTURE[None]), place)


def test_kept_kernels_and_examples_are_read_or_refused(small):
    file, (first, *_) = small.snapshots_dir / "final.npz", kernels.layers(small)
    for place in flipped(file, 60):
        kernels._read_file.cache_clear()
        told(lambda: kernels.part(small, first, "final"), place)
    arrays.write_arrays(file, {first: np.zeros((3, 3), "float32")})
    kernels._read_file.cache_clear()
    told(lambda: kernels.part(small, first, "final"), 0)
    examples = {"pictures": np.zeros((20, 28, 28, 1), "uint8"), "classes": np.arange(20) % 10}
    arrays.write_arrays(small.examples_file, examples)
    for place in flipped(small.examples_file, 60):
        told(lambda: lab.examples(small), place)


def test_terminal_and_http_answer_or_refuse(small, tmp_path):
    picture = tmp_path / "digit.png"
    picture.write_bytes(drawing())
    for place in flipped(small.tflite_file, 12):
        prediction._loaded._loaded.clear()
        told(http(small), place)
        told(verb("predict", small.name, str(picture), "--json"), place)


def test_an_older_whole_model_is_imported_or_refused(tmp_path):
    file = tmp_path / "mine.h5"
    stack = [layers.Conv2D(1, 5, strides=5), layers.Flatten(), layers.Dense(2)]
    keras.Sequential([keras.Input((12, 12, 1)), *stack]).save(file)
    for place in flipped(file, 12):
        told(lambda: importing._loading.load(file, file.name), place)


def test_weights_alone_are_imported_or_refused(tmp_path):
    from cnnlab import architectures

    file = tmp_path / "mine.weights.h5"
    architectures.build("ladder", (28, 28, 1), 10, {"rung": 1}).save_weights(file)
    for place in flipped(file, 12):
        told(
            lambda: importing._weights.load_weights(
                *(file, file.name, "ladder", (28, 28, 1), 10, {"rung": 1})
            ),
            place,
        )
