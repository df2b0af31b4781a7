"""Quantized runs: the file that answers is the small one, everywhere."""

import numpy as np
import pytest

from cnnlab import datasets, evaluation, export, prediction, summary
from cnnlab.compression import planning
from cnnlab.errors import LabError
from cnnlab.evaluation import report


@pytest.fixture(scope="module")
def pictures():
    return datasets.load("digits", (28, 28, 1)).x_test


@pytest.mark.parametrize("method", ["float16", "dynamic_int8", "int8"])
def test_the_run_answers_with_its_small_file(tiny_run, quantized, pictures, method):
    run = quantized(method)
    small, whole = (r.tflite_file.stat().st_size for r in (run, tiny_run))
    assert small < {"float16": 0.6, "dynamic_int8": 0.4, "int8": 0.4}[method] * whole
    probabilities = evaluation.answer(run, pictures)
    asked = prediction.answer_all(run.tflite_file.read_bytes(), pictures)
    np.testing.assert_array_equal(probabilities, asked)
    floats = evaluation.answer(tiny_run, pictures)
    assert not np.array_equal(probabilities, floats)
    assert (probabilities.argmax(1) == floats.argmax(1)).mean() > 0.97
    accuracy = (probabilities.argmax(1) == datasets.load("digits", (28, 28, 1)).y_test).mean()
    assert run.metrics.test_accuracy == pytest.approx(accuracy)
    assert report.report(str(run.path)).evaluation.accuracy == pytest.approx(accuracy)
    one = prediction.predict(run, pictures[0].astype("float32") / 255)
    assert list(one.by_class.values()) == pytest.approx(probabilities[0].tolist(), abs=1e-6)
    assert run.config.parent == tiny_run.name


def test_maps_of_an_8_bit_network_are_scaled_back(tiny_run, quantized, pictures):
    run = quantized("int8")
    picture = pictures[0].astype("float32") / 255
    for small, whole in zip(
        prediction.feature_maps(run, picture),
        prediction.feature_maps(tiny_run, picture),
        strict=True,
    ):
        assert small.shape == whole.shape
        np.testing.assert_allclose(small, whole, atol=0.1 * np.abs(whole).max())


def test_a_files_contents_are_the_models_numbers(tiny_run):
    held = prediction.contents(tiny_run.tflite_file.read_bytes())
    totals = summary.summarize(evaluation.load_model(tiny_run)).totals
    assert held.numbers == totals.params_batchnorm_folded
    assert held.weight_bytes == totals.file_bytes
    assert held.nonzeros == sum(
        int(np.count_nonzero(w)) for w in evaluation.load_model(tiny_run).get_weights()
    )
    content = export.to_int8(evaluation.load_model(tiny_run), np.zeros((1, 28, 28, 1), "uint8"))
    small = prediction.contents(content)
    assert small.numbers == held.numbers
    assert small.weight_bytes < 0.3 * held.weight_bytes
    assert small.activation_bytes < 0.3 * held.activation_bytes


def test_answers_come_in_order_whatever_the_threads(tiny_run, pictures):
    content = tiny_run.tflite_file.read_bytes()
    alone = prediction.answer_all(content, pictures[:50], threads=1)
    np.testing.assert_array_equal(alone, prediction.answer_all(content, pictures[:50], threads=3))
    with pytest.raises(LabError, match="takes pictures of"):
        prediction.answer_all(content, np.zeros((2, 8, 8, 1), "uint8"))
    with pytest.raises(LabError, match="damaged"):
        prediction.answer_all(b"no file", pictures[:2])


def test_a_quantized_run_is_no_parent(tiny_run, quantized):
    run = quantized("float16")
    for plan in (
        lambda: planning.quantize(run, "int8"),
        lambda: planning.distill(run, "hinton", "lenet5"),
        lambda: planning.prune(run, "filters"),
    ):
        with pytest.raises(LabError, match=f"is quantized already: choose {tiny_run.name}"):
            plan()
