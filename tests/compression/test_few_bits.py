"""Weights in 4 and 2 bits by fine-tuning: on steps forward, as if there were none backward."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnlab import datasets, evaluation
from cnnlab.compression import METHODS, _fine_tuning, _steps, ledger, planning
from cnnlab.errors import LabError
from tests.conftest import SHORT


@pytest.mark.parametrize("shape", [(3, 3, 4, 6), (3, 3, 8, 1), (20, 10)])
@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_weights_lie_on_the_steps_of_their_filter_and_stay_there(shape, bits):
    weights = np.random.default_rng(0).normal(size=shape).astype("float32")
    done = np.asarray(_steps.on_few_steps(weights, bits))
    assert _steps.bits_of(done) == bits
    np.testing.assert_allclose(_steps.on_few_steps(done, bits), done, rtol=1e-6)
    axes = _steps.filter_axes(shape)
    largest = np.abs(weights).max(axis=axes, keepdims=True)
    levels = 2 ** (bits - 1) - 1
    plain = np.rint(weights / largest * levels) / levels * largest
    assert ((done - weights) ** 2).sum() <= ((plain - weights) ** 2).sum() + 1e-6
    assert _steps.bits_of(weights) == 32
    assert not np.asarray(_steps.on_few_steps(np.zeros(shape, "float32"), bits)).any()


def test_gradients_pass_as_if_there_were_no_steps():
    weights = tf.Variable(np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3))
    with tf.GradientTape() as tape:
        made = tf.reduce_sum(3 * _steps.straight_through(weights, 2))
    np.testing.assert_array_equal(tape.gradient(made, weights), np.full((4, 3), 3.0))


def small() -> keras.Model:
    """A convolution, batch norm, dropout and a dense layer."""
    layers = keras.layers
    image = keras.Input((6, 6, 1))
    x = layers.Conv2D(4, 3, name="conv")(image)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.Dropout(0.5, seed=1)(layers.Flatten()(x))
    return keras.Model(image, layers.Dense(3, activation="softmax", name="scores")(x))


def test_the_fitted_network_computes_on_steps_and_learns_behind_them():
    model = small()
    bits = {"conv": 4, "scores": 2}
    pictures = np.random.default_rng(0).normal(size=(16, 6, 6, 1)).astype("float32")
    fitted = _fine_tuning.FakeQuantized(model, bits)
    shown = np.asarray(fitted(pictures, training=False))
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    _fine_tuning.put_on_steps(twin, bits)
    np.testing.assert_allclose(shown, twin(pictures, training=False), atol=1e-6)
    assert not np.allclose(shown, model(pictures, training=False), atol=1e-3)
    before = model.get_weights()
    fitted.compile("adam", "sparse_categorical_crossentropy")
    fitted.fit(pictures, np.arange(16) % 3, epochs=1, batch_size=8, verbose=0)
    after = model.get_weights()
    assert all((one != other).any() for one, other in zip(before, after, strict=True))
    assert _steps.bits_of(np.asarray(model.get_layer("conv").kernel)) == 32
    assert len(fitted.variables) == len(model.variables)


def test_a_layer_that_bears_no_few_bits_keeps_eight():
    data = datasets.load("digits", (28, 28, 1))
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(10, activation="softmax", name="scores"))
    kept = model.get_weights()
    assert _fine_tuning.bits_borne(model, data, 2, 100.0) == {"scores": 2}
    assert _fine_tuning.bits_borne(model, data, 2, -100.0) == {"scores": 8}
    for one, other in zip(kept, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_fine_tuned_child_holds_so_few_bits_and_says_how_right_it_is(made_from_tiny, tiny_run):
    settings = {"bits": 3, "most": 50.0}
    run = made_from_tiny(
        "few-bits", lambda parent: planning.quantize(parent, "few_bits", settings, "", SHORT)
    )
    assert run.config.parent == tiny_run.name
    assert "--method few_bits --set bits=3 --set most=50.0" in run.config.command
    assert "--epochs 2" in run.config.command
    model = evaluation.load_model(run)
    found = {name: _steps.bits_of(np.asarray(v)) for name, (v,) in _steps.kernels(model).items()}
    assert set(found.values()) == {3}
    data = evaluation.data_of(run)
    best = max(row.val_accuracy for row in run.history)
    held = evaluation.predict_all(model, data.x_val).argmax(axis=1) == data.y_val
    assert held.mean() == pytest.approx(best, abs=2 / len(held))
    assert run.metrics.test_accuracy is not None
    assert run.metrics.test_accuracy > tiny_run.metrics.test_accuracy - 0.05
    costs = ledger.measure(str(run.path))
    assert costs.packed_bytes < costs.raw_bytes / 8
    card = METHODS[run.config.compression.method]
    (why,) = [s for s in ledger.sentences(costs, costs, card) if "TFLite file" in s]
    assert "take few values" in why


def test_settings_that_nothing_would_use_are_refused(tiny_run):
    with pytest.raises(LabError, match="trains nothing"):
        planning.quantize(tiny_run, "int8", {}, "", {"epochs": 3})
    with pytest.raises(LabError, match="Bits must lie"):
        planning.quantize(tiny_run, "few_bits", {"bits": 1})
