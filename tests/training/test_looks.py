"""What the worker writes for the live page, against independent counts; and mixed precision."""

from dataclasses import replace
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnlab import architectures, datasets, lab, recipe, runs, schema, training
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.schema import LayerNorms
from cnnlab.training import device, precision
from cnnlab.training.compiling import compile_model, make_loss
from cnnlab.training.confusion_matrix import ConfusionMatrix
from cnnlab.training.norms import layer_norms
from tests.records import checked, read_json, write_json


@pytest.fixture(scope="module")
def data() -> datasets.Data:
    """A few digits."""
    return datasets.load("digits", (28, 28, 1), limit=100)


def trained(data, **settings):
    """A run trained for two short epochs, and its model."""
    run = runs.create(recipe.plan("lenet5", "digits", {"epochs": 2, "batch_size": 32} | settings))
    return run, training.train(run, lambda **_: None, data)


def test_the_confusion_is_counted_over_batches_and_gives_the_accuracy():
    random = np.random.default_rng(0)
    truth, said = random.integers(0, 4, 90), random.random((90, 4)).astype("float32")
    metric = ConfusionMatrix(4)
    assert float(metric.result()) == 0.0
    for part in np.split(np.arange(90), 3):
        metric.update_state(np.eye(4, dtype="float32")[truth[part]], said[part])
    expected = np.zeros((4, 4), int)
    np.add.at(expected, (truth, said.argmax(1)), 1)
    np.testing.assert_array_equal(np.asarray(metric.counts), expected)
    assert float(metric.result()) == pytest.approx((truth == said.argmax(1)).mean())
    metric.reset_state()
    assert np.asarray(metric.counts).sum() == 0


def test_a_run_keeps_the_confusion_of_its_latest_epoch(data):
    run, model = trained(data, learning_rate=0.003)
    found = run.confusion
    assert found.epoch == 2
    assert np.sum(found.counts) == len(data.x_val)
    right = np.trace(found.counts) / len(data.x_val)
    assert right == pytest.approx(run.history[-1].val_accuracy, abs=1e-6)
    if run.history[-1].val_accuracy > run.history[0].val_accuracy:
        said = model.predict(data.x_val.astype("float32") / 255, verbose=0).argmax(1)
        expected = np.zeros((10, 10), int)
        np.add.at(expected, (data.y_val, said), 1)
        assert [list(row) for row in found.counts] == expected.tolist()


@pytest.mark.parametrize("optimizer", OPTIMIZERS.names())
def test_norms_are_those_of_weights_and_of_the_batchs_gradient(data, optimizer):
    """Against NumPy for the weights, and TensorFlow's own tape for the gradient."""
    plan = checked({"optimizer": optimizer, "ema": 0.9, "weight_decay": 0.01}, "digits")
    keras.utils.set_random_seed(0)
    model = architectures.build("lenet5")
    compile_model(model, plan, batches=2)
    x = data.x_train[:32].astype("float32") / 255
    y = np.eye(10, dtype="float32")[data.y_train[:32]]
    model.train_on_batch(x, y)
    assert not np.any(model.optimizer.gradient_norms)  # the first of two: not measured
    with tf.GradientTape() as tape:
        loss = make_loss(plan)(y, model(x, training=True))
    slopes = tape.gradient(loss, model.trainable_variables)
    model.train_on_batch(x, y)  # the last batch of its epoch
    weights = model.get_weights()
    model.train_on_batch(x, y)  # the first of the next: the norms stay those of the batch before
    model.set_weights(weights)
    told = layer_norms(model, model, 1)
    learning = [layer for layer in model.layers if layer.trainable_variables]
    assert list(told.layers) == [layer.name for layer in learning]
    by_variable = {id(v): s.numpy() for v, s in zip(model.trainable_variables, slopes, strict=True)}
    for i, layer in enumerate(learning):
        weights = np.concatenate([np.ravel(v) for v in layer.get_weights()])
        assert told.weights[i] == pytest.approx(np.linalg.norm(weights), rel=1e-5)
        flat = np.concatenate([by_variable[id(v)].ravel() for v in layer.trainable_variables])
        assert told.gradients[i] == pytest.approx(np.linalg.norm(flat), rel=1e-3)


def test_every_epoch_has_its_norms_and_twenty_answers_once_also_after_a_cut(data):
    run, model = trained(data, ema=0.9)  # judged, kept and asked: the averaged weights
    assert [line.epoch for line in run.norms] == [1, 2]
    assert all(min(line.gradients) > 0 for line in run.norms)
    with (run.path / "norms.jsonl").open("a") as file:
        file.write(schema.line_of(LayerNorms(3, (), (), ())) + '{"epoch": 4, "la')
    found = lab.examples(run)
    assert found.classes == (*range(10), *range(10))
    for picture, label in zip(found.pictures, found.classes, strict=True):
        assert any((picture == other).all() for other in data.x_val[data.y_val == label])
    assert [line.epoch for line in run.example_answers] == [1, 2]
    best = max(run.history, key=lambda row: (row.val_accuracy, -row.val_loss)).epoch
    said = model.predict(found.pictures.astype("float32") / 255, verbose=0).argmax(1)
    assert [answers[best - 1] for answers in found.answers] == said.tolist()
    training.checkpoint.rewind(run, 1)
    assert [line.epoch for line in run.norms] == [1]
    assert {len(answers) for answers in lab.examples(run).answers} == {1}
    before = datasets.read_examples("digits", (28, 28, 1))  # what the form shows
    assert (before[0] == found.pictures).all()
    assert tuple(before[1]) == found.classes


def test_examples_of_any_number_of_classes():
    two = np.array([0] * 30 + [1] * 3)
    places = datasets.example_places(two)
    assert len(set(places)) == len(places) == datasets.EXAMPLES
    assert (two[places] == 1).sum() == 3
    many = np.repeat(np.arange(200), 5)
    assert sorted(many[datasets.example_places(many)]) == sorted([*range(10), *range(10)])
    assert len(datasets.example_places(np.array([], int))) == 0
    assert datasets.small(np.zeros((1, 224, 200, 3), np.uint8)).shape == (1, 75, 67, 3)


# The adam family's step is TensorFlow's own: the same formula, rounded in another order.
@pytest.mark.parametrize(
    ("kind", "apart"),
    [
        (keras.optimizers.Adam, 2e-6),
        (keras.optimizers.AdamW, 2e-6),
        (keras.optimizers.Nadam, 0),
        (keras.optimizers.SGD, 0),
    ],
)
@pytest.mark.parametrize("steps", [1, 3])
def test_planned_steps_are_those_of_keras(stepped, steps, kind, apart):
    """The planned optimizer steps like Keras' own, one by one or several at a stretch."""
    for one, other in zip(stepped(kind), stepped(kind, steps), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=apart)


@pytest.fixture(scope="module")
def stepped(data):
    """The weights after eight steps of Keras' own optimizer, or of the planned one at a stretch."""
    x, y = data.x_train[:64].astype("float32") / 255, np.eye(10, dtype="float32")[data.y_train[:64]]

    @cache
    def after(kind, steps: int = 0) -> list[np.ndarray]:
        keras.utils.set_random_seed(1)
        model = architectures.build("lenet5")
        rate = {"learning_rate": 0.001}
        plan = checked({"optimizer": kind.__name__.lower(), **rate, "momentum": 0}, "digits")
        decay = {"weight_decay": 0.01} if kind is keras.optimizers.AdamW else {}
        compile_model(model, replace(plan, **decay), batches=4, steps=steps or 1)
        if not steps:
            optimizer = kind(**rate, **decay)
            model.compile(optimizer, make_loss(plan), metrics=["accuracy"])
        model.fit(x, y, batch_size=16, epochs=2, verbose=0, shuffle=False)
        return model.get_weights()

    return after


# -- device and precision --


def test_a_processor_is_named_with_its_threads():
    threads = device.threads()
    assert device.device() == f"CPU, {threads} thread{'s' if threads > 1 else ''}"


@pytest.mark.parametrize(
    ("gpu", "asked", "used"),
    [
        (("", 0), "auto", "float32"),
        (("", 0), "mixed", "mixed"),
        (("NVIDIA T4", 7), "auto", "float32"),  # no bfloat16 in hardware
        (("NVIDIA A100", 8), "auto", "mixed"),
        (("NVIDIA A100", 8), "float32", "float32"),
    ],
)
def test_auto_mixes_where_it_pays(monkeypatch, gpu, asked, used):
    monkeypatch.setattr(device, "gpu", lambda: gpu)
    assert precision.precision(recipe.plan("lenet5", "digits", {"precision": asked})) == used
    assert device.device() == gpu[0] or not gpu[0]


def test_a_recipe_from_before_there_was_a_choice_is_read_as_auto(data):
    run = runs.create(recipe.plan("lenet5", "digits", {"epochs": 1}))
    written = read_json(run.path / "config.json")
    del written["recipe"]["precision"], written["version"]
    write_json(run.path / "config.json", written)
    assert runs.find(run.name).config.recipe.precision == "auto"
    training.train(runs.find(run.name), lambda **_: None, data)


def test_mixed_precision_keeps_a_float32_model_with_its_weights(data):
    run, kept = trained(data, precision="mixed", learning_rate=0.003)
    assert {layer.dtype_policy.name for layer in kept.layers} == {"float32"}
    assert run.history[-1].loss < run.history[0].loss
    built = architectures.build("lenet5")
    copy = precision.mixed(built)
    policies = [layer.dtype_policy.name for layer in copy.layers if layer.weights]
    assert set(policies[:-1]) == {"mixed_bfloat16"}
    assert policies[-1] == "float32"
    pictures = data.x_val.astype("float32") / 255
    exact, rough = (np.asarray(model(pictures)) for model in (built, copy))
    assert rough.dtype == np.float32
    np.testing.assert_allclose(rough, exact, atol=0.02)
    assert not np.array_equal(rough, exact)


@pytest.mark.parametrize("copied", [precision.full, precision.mixed])
def test_a_network_with_operations_in_its_graph_is_copied(copied):
    """As readers import them: `image / 255.0` is no layer and takes no policy."""
    image = keras.Input((4, 4, 1))
    flat = keras.layers.Flatten()(image / 255.0 + 1.0)
    model = keras.Model(image, keras.layers.Dense(2, activation="softmax")(flat))
    pictures = np.full((1, 4, 4, 1), 100, "float32")
    copy = copied(model)
    copy.set_weights(model.get_weights())
    np.testing.assert_allclose(copy(pictures), model(pictures), atol=0.02)
