"""What ships: every figure is recounted from the files; accuracy again where the data is."""

import gzip
import json
from functools import cache

import numpy as np
import pytest

from cnnlab import (
    architectures,
    datasets,
    evaluation,
    paths,
    prediction,
    recipe,
    runs,
    shipping,
    summary,
)
from cnnlab.schema import to_json
from cnnlab.visualization.features import kernels
from tests import shipped_answers

SHIPPED = runs.pretrained()
EACH = pytest.mark.parametrize("run", SHIPPED, ids=lambda run: run.name)
FLOORS = {
    "mnist_baseline": 0.985,
    "mnist_approach_1": 0.980,
    "mnist_approach_2": 0.975,
    "lenet5": 0.985,
    "compact_mnist": 0.993,
    "compact_mnist_teacher": 0.995,
    "uno_mnist": 0.990,
    "saria_final": 0.990,
    "irtza_teacher": 0.990,
    "lenet5_fashion_mnist": 0.880,
    "compact_cats_dogs": 0.860,
    "compact_cifar_16k": 0.770,
    "compact_cifar_122k": 0.835,
    "saria_final_cats_dogs": 0.800,
    "saria_doubled": 0.990,
    "squeezenet_a": 0.755,
    "resnet8": 0.770,
    "irtza_student": 0.9626,
    "shathenet_v1_0": 0.580,
}


# A shipped network, opened once for all that is asked of it.
model_of = cache(evaluation.load_model)


@pytest.fixture(scope="module")
def loaded():
    """Datasets in the shapes asked for, each read once; let go with the module."""
    return cache(datasets.load)


def test_the_promised_networks_are_there():
    assert {run.name for run in SHIPPED} >= set(FLOORS)


def test_all_together_are_small_enough():
    assert shipping.MOST_BYTES == 40_000_000
    files = [file for file in paths.pretrained_dir().rglob("*") if file.is_file()]
    total = sum(file.stat().st_size for file in files)
    assert total == sum(map(shipping.size_bytes, SHIPPED))
    assert total <= shipping.MOST_BYTES


@EACH
def test_parameters_and_bytes_are_those_of_the_files(run):
    totals = summary.summarize(model_of(run)).totals
    metrics = run.metrics
    for key in (
        *("params", "trainable_params", "params_batchnorm_folded", "macs"),
        *("peak_activation_bytes", "file_bytes"),
    ):
        assert getattr(metrics, key) == getattr(totals, key), key
    assert metrics.model_bytes == run.model_file.stat().st_size
    assert metrics.tflite_bytes == run.tflite_file.stat().st_size
    assert metrics.gzip_bytes == len(gzip.compress(run.tflite_file.read_bytes(), 6))


@EACH
def test_how_far_it_sees_is_the_same_in_its_file_and_in_the_layer_table(run):
    built = prediction.anatomy(run.tflite_file.read_bytes())
    layers = summary.summarize(model_of(run)).layers
    convolutions = [layer for layer in layers if "Conv2D" in layer.type]
    if built is None:
        assert any("Up" in layer.type or "Resizing" in layer.type for layer in layers)
        return
    widest = max(layer.receptive_field[0] for layer in convolutions)
    assert built.field == min(widest, run.config.input_shape[0])
    assert built.resolution == convolutions[0].output_shape[0]
    assert built.kernels == len(built.first_kernels) == convolutions[0].output_shape[-1]


@EACH
def test_its_counts_add_up_to_its_accuracy(run):
    counts = np.array(run.metrics.confusion)
    assert counts.sum() == run.metrics.test_count
    assert np.trace(counts) / counts.sum() == pytest.approx(run.metrics.test_accuracy)


@EACH
def test_it_is_the_architecture_it_says(run):
    config = run.config
    built = architectures.build(
        config.architecture, config.input_shape, config.classes, config.knobs
    )
    model = model_of(run)
    assert [w.shape for w in built.get_weights()] == [w.shape for w in model.get_weights()]


@EACH
def test_litert_agrees_with_keras(run):
    shape = tuple(run.config.input_shape)
    pictures = np.random.default_rng(0).integers(0, 256, (8, *shape), np.uint8)
    keras_says = evaluation.predict_all(model_of(run), pictures)
    for picture, expected in zip(pictures, keras_says, strict=True):
        said = prediction.predict(run, picture.astype("float32") / 255)
        assert list(said.by_class.values()) == pytest.approx(expected.tolist(), abs=1e-4)


@EACH
def test_its_command_repeats_its_config(run):
    config = run.config
    if config.compression:
        made = f"{config.parent} {config.architecture} --method"
        assert config.command.startswith(f"python -m cnnlab distill {made}")
        assert config.parent in {other.name for other in SHIPPED}
    else:
        assert recipe.command(config) == config.command
    history = run.history
    assert len(history) == run.metrics.epochs_run <= config.recipe.epochs
    best = history[run.metrics.best_epoch - 1]
    assert best.val_accuracy == max(row.val_accuracy for row in history)


@EACH
def test_its_figures_are_a_mean_over_seeds_with_the_first_seed_inside(run):
    metrics = run.metrics
    each = metrics.seeds.test_accuracy
    assert len(each) == metrics.seeds.count
    assert metrics.seeds.mean == pytest.approx(np.mean(list(each.values())))
    assert each[str(run.config.recipe.seed)] == metrics.test_accuracy
    assert metrics.seeds.mean >= FLOORS.get(run.name, 0.0)


@EACH
def test_it_brings_its_kernels(run):
    found = kernels.moments(run)
    assert found[0] == "initial"
    assert found[-1] == "final"


@EACH
def test_accuracy_is_measured_again(run, real_data, loaded, monkeypatch):
    """The light ones whole; of a heavy one its known answers, and a part of them asked again."""
    data = loaded(datasets.stand_in(run.config.dataset), tuple(run.config.input_shape))
    monkeypatch.setattr(evaluation, "load_model", model_of)
    called = shipped_answers.kept(run, data)
    if called is None:
        measured = evaluation.evaluate(run, data)
    else:
        data = evaluation.fitting(run, data)
        asked = shipped_answers.some(data.y_test, called)
        said = evaluation.answer(run, data.x_test[asked]).argmax(axis=1)
        np.testing.assert_array_equal(said, called[asked])
        sure = np.eye(run.config.classes)[called]
        measured = evaluation.judge(run.name, data, "test", sure, data.y_test)
    assert measured.accuracy == pytest.approx(run.metrics.test_accuracy)
    assert measured.kept_confusion == run.metrics.confusion


def test_answers_are_known_of_just_these_files():
    """Else `python -m tests.shipped_answers`; without, all pictures are asked each time."""
    heavy = {run.name: shipped_answers.digest(run) for run in SHIPPED if shipped_answers.heavy(run)}
    assert shipped_answers.digests() == heavy


@EACH
def test_it_holds_no_path_of_the_machine_it_was_made_on(run):
    text = json.dumps([to_json(run.config), to_json(run.metrics)])
    assert "/home/" not in text
    assert "/root/" not in text
    assert "/tmp/" not in text
