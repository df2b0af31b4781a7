"""Batch-norm in one operation is Keras' batch-norm."""

import keras
import numpy as np
import pytest

from cnnlab.training.fused_batch_norm import fuse

RNG = np.random.default_rng(0)
MAPS = RNG.normal(3, 2, (16, 6, 5, 10)).astype("float32")
WANTED = RNG.normal(0, 1, MAPS.shape).astype("float32")


def network(**settings) -> keras.Model:
    """A batch-norm alone, with learned values that are not the usual ones."""
    image = keras.Input(MAPS.shape[1:])
    model = keras.Model(image, keras.layers.BatchNormalization(name="norm", **settings)(image))
    model.set_weights([RNG.uniform(0.5, 2, w.shape) for w in model.get_weights()])
    return model


def step(model: keras.Model) -> tuple[list[np.ndarray], np.ndarray]:
    """All weights after one step of training, and what the network then says."""
    model.compile("sgd", "mean_squared_error")
    model.train_on_batch(MAPS, WANTED)
    return model.get_weights(), model.predict_on_batch(MAPS)


@pytest.mark.parametrize("settings", [{}, {"scale": False}, {"center": False}, {"momentum": 0.5}])
def test_a_step_is_that_of_keras(settings):
    ours, theirs = network(**settings), network(**settings)
    ours.set_weights(theirs.get_weights())
    fuse(ours)
    (weights, said), (usual, expected) = step(ours), step(theirs)
    assert not np.allclose(weights[0], network(**settings).get_weights()[0])
    for one, other in zip(weights, usual, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)
    np.testing.assert_allclose(said, expected, atol=1e-5)


def test_gradients_reach_the_layer_before():
    """A convolution in front learns the same through both, also in mixed precision."""
    for policy, apart in (("float32", 1e-5), ("mixed_bfloat16", 2e-2)):
        image = keras.Input(MAPS.shape[1:])
        maps = keras.layers.Conv2D(8, 3, dtype=policy, use_bias=False)(image)
        maps = keras.layers.BatchNormalization(dtype=policy)(maps)
        theirs = keras.Model(image, keras.layers.Activation("softmax", dtype="float32")(maps))
        ours = keras.models.clone_model(theirs)
        ours.set_weights(theirs.get_weights())
        fuse(ours)
        learned = []
        for model in (theirs, ours):
            model.compile(keras.optimizers.SGD(1.0), "mean_squared_error")
            model.train_on_batch(MAPS, WANTED[:, :4, :3, :8])
            learned.append(model.get_weights()[0])
        np.testing.assert_allclose(learned[1], learned[0], atol=apart)


def test_what_is_kept_is_keras_own():
    model = network()
    before, config = model.predict_on_batch(MAPS), model.get_config()
    fuse(model)
    assert model.get_config() == config
    np.testing.assert_array_equal(model.predict_on_batch(MAPS), before)


def test_others_are_left_alone():
    """Vectors, another axis, frozen layers: Keras' own way."""
    vector = keras.Input((10,))
    model = keras.Model(vector, keras.layers.BatchNormalization(name="norm")(vector))
    fuse(model)
    assert "call" not in vars(model.layers[-1])
    other = network(axis=1)
    fuse(other)
    assert "call" not in vars(other.layers[-1])
    frozen = network(trainable=False)
    fuse(frozen)
    before = frozen.get_weights()
    frozen.compile("sgd", "mean_squared_error")
    np.testing.assert_allclose(frozen(MAPS, training=True), frozen(MAPS, training=False), atol=1e-6)
    assert all(np.array_equal(a, b) for a, b in zip(before, frozen.get_weights(), strict=True))


def test_a_layer_that_stands_in_two_places_is_fused_in_both():
    image = keras.Input(MAPS.shape[1:])
    norm = keras.layers.BatchNormalization(name="norm")
    ours = keras.Model(image, norm(keras.layers.ReLU()(norm(image))))
    theirs = keras.models.clone_model(ours)
    theirs.set_weights(ours.get_weights())
    fuse(ours)
    assert "call" in vars(norm)
    for one, other in zip(step(ours)[0], step(theirs)[0], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
