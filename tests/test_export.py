"""model.tflite: one picture in, probabilities out, and the same answers as Keras gives."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from cnnlab import datasets, evaluation, export, prediction


@pytest.fixture(scope="module")
def pictures():
    """A hundred test digits, floats in 0..1."""
    return datasets.load("digits", (28, 28, 1)).x_test[:100].astype("float32") / 255


def test_the_file_answers_like_keras(tiny_run, pictures):
    model = evaluation.load_model(tiny_run)
    expected = np.asarray(model.predict_on_batch(pictures))
    said = [list(prediction.predict(tiny_run, p).by_class.values()) for p in pictures]
    np.testing.assert_allclose(said, expected, atol=1e-5)


def test_one_float_picture_in_and_probabilities_out(tiny_run):
    interpreter = Interpreter(model_content=tiny_run.tflite_file.read_bytes())
    (entry,), (answer,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert (tuple(entry["shape"]), entry["dtype"]) == ((1, 28, 28, 1), np.float32)
    assert (tuple(answer["shape"]), answer["dtype"]) == ((1, 10), np.float32)


def test_writing_again_replaces_the_file_whole(tiny_run):
    tiny_run.tflite_file.write_bytes(b"old")
    size = export.save_tflite(tiny_run, evaluation.load_model(tiny_run))
    assert tiny_run.tflite_file.stat().st_size == size > 200_000
    assert not list(tiny_run.path.glob(".*"))
