"""Single flipped bits in every kind of model file: an answer or a sentence, never a failure."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import evaluation, importing, paths, prediction
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.visualization._opened import open_run

PICTURE = np.random.default_rng(0).uniform(0, 1, (28, 28, 1)).astype("float32")


def flipped(file: Path, count: int) -> Iterator[int]:
    """The file with one bit flipped, so many times, each time another one."""
    whole, chance = file.read_bytes(), random.Random(7)
    for _ in range(count):
        damaged, place = bytearray(whole), chance.randrange(len(whole))
        damaged[place] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        yield place
    file.write_bytes(whole)


def told(ask: Callable[[], object], place: int) -> None:
    """An answer, or one line."""
    said = ""
    try:
        ask()
    except LabError as error:
        said = str(error)
    except Exception as error:
        raise AssertionError(f"byte {place}: {error!r}") from error
    assert "\n" not in said


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
