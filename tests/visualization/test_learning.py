"""How a network learns: one matrix without activations, one weight's gradient, gradient checks."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import architectures
from cnnlab.errors import LabError
from cnnlab.visualization._opened import open_model
from cnnlab.visualization.learning import check
from cnnlab.visualization.learning.backward import backward, weighted_layers
from cnnlab.visualization.learning.collapse import collapse
from tests.visualization.conftest import randomized


def network(activation: str = "relu") -> keras.Model:
    """Branches, strides, paddings, pools, batch-norm and a depthwise convolution, in little."""
    image = keras.Input((11, 10, 2))
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation=activation, name="conv1")(image)
    a = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="depthwise")(x)
    a = layers.ReLU()(layers.BatchNormalization()(a))
    b = layers.Conv2D(8, 2, dilation_rate=2, padding="same", activation="tanh", name="conv2")(x)
    x = layers.Add()([a, b])
    y = layers.MaxPooling2D(3, 2, padding="same")(x)
    z = layers.AveragePooling2D(3, 2, padding="same")(x)
    x = layers.Concatenate()([y, z])
    x = layers.Conv2D(5, 2, activation="sigmoid", name="conv3")(x)
    x = layers.Dropout(0.5)(layers.Flatten()(x))
    x = layers.Dense(3, name="scores")(x)
    return randomized(keras.Model(image, layers.Softmax()(x)))


@pytest.fixture(scope="module")
def opened():
    """The network laid open, and pictures."""
    images = np.random.default_rng(3).random((6, 11, 10, 2)).astype("float32")
    return open_model(network()), images


@pytest.mark.parametrize("layer", ["conv1", "depthwise", "conv2", "conv3", "scores"])
def test_a_weights_gradient_by_hand_is_the_engines(opened, layer):
    model, images = opened
    assert layer in weighted_layers(model)
    for at in (-1, 0, 5):
        found = backward(model, images[0], 1, layer, at)
        assert found.gradient == pytest.approx(found.engine, abs=1e-9)
        assert (found.chain[0].kind, found.chain[-1].layer) == ("Softmax", layer)
        if found.count <= len(found.terms):
            total = sum(term.read * term.derivative for term in found.terms)
            assert total == pytest.approx(found.gradient)
    assert backward(model, images[0], 1, layer).gradient != 0


def test_what_cannot_be_followed_is_said(opened):
    model, images = opened
    flatten = next(call.name for call in model.calls if call.kind == "Flatten")
    with pytest.raises(LabError, match="no kernel to follow"):
        backward(model, images[0], 1, flatten)
    with pytest.raises(LabError, match="slope of mish in conv1"):
        backward(open_model(network("mish")), images[0], 1, "conv1")


KNOBS = {knob.name: knob for knob in architectures.ARCHITECTURES["lenet5"].knobs}


@pytest.mark.parametrize("activation", sorted(set(KNOBS["activation"].choices) - {"source"}))
def test_every_activation_of_the_lab_can_be_followed(activation):
    """As a layer of its own in one network, inside the layers in the other."""
    for name in ("compact_mnist", "lenet5"):
        keras.utils.set_random_seed(2)
        model = architectures.build(name, knobs={"activation": activation})
        picture = np.random.default_rng(5).random((28, 28, 1)).astype("float32")
        found = backward(open_model(model), picture, 4)
        assert found.gradient == pytest.approx(found.engine, abs=1e-8), name  # 0.2 in 32 bits
        assert found.gradient != 0


def test_padding_and_the_largest_of_a_map_can_be_followed():
    image = keras.Input((6, 5, 2))
    x = layers.Conv2D(4, 3, name="conv")(layers.ZeroPadding2D(((2, 1), (0, 3)))(image))
    x = layers.GlobalMaxPooling2D()(layers.ZeroPadding2D(1)(x))
    model = randomized(keras.Model(image, layers.Dense(3, activation="softmax")(x)))
    picture = np.random.default_rng(6).random((6, 5, 2)).astype("float32")
    for at in (-1, 0, 7):
        found = backward(open_model(model), picture, 2, "conv", at)
        assert found.gradient == pytest.approx(found.engine, abs=1e-9)


def test_without_activations_a_network_is_one_matrix(opened):
    model, images = opened
    found = collapse(model, images, np.zeros(6, int))
    assert found.matrix.shape == (3, 11, 10, 2)
    assert found.difference < 1e-5
    assert found.difference < 1e-9 * found.largest + 1e-9
    assert found.params == 3 * (11 * 10 * 2 + 1)
    assert {"conv1", "conv2", "conv3"} <= set(found.changed)


def test_maps_that_are_multiplied_are_no_matrix():
    image = keras.Input((6, 6, 1))
    x = layers.Conv2D(2, 3)(image)
    x = layers.Multiply()([x, layers.GlobalAveragePooling2D(keepdims=True)(x)])
    model = randomized(keras.Model(image, layers.Dense(2)(layers.Flatten()(x))))
    with pytest.raises(LabError, match="multiplying maps"):
        collapse(open_model(model), np.random.default_rng(0).random((4, 6, 6, 1)), np.zeros(4))


def test_slopes_by_differences_are_the_gradients(tmp_path, opened):
    model, images = opened
    model.model.save(tmp_path / "model.keras")
    found = check.check_run(str(tmp_path), images[1], 2, count=24)
    assert len({one.variable for one in found}) > 8
    for one in found:
        assert one.error < 1e-6 or abs(one.engine - one.differences) < 1e-9, one
    assert sum(one.engine != 0 for one in found) > 12
