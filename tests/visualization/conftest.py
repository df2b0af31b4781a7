"""Small networks with random weights, laid open once for all tests of this room."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab.visualization._opened import Opened, open_model


def randomized(model: keras.Model, seed: int = 1) -> keras.Model:
    """Weights that are neither zero nor one, variances positive."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        values = rng.normal(0.05, 0.4, weight.shape)
        weight.assign(np.abs(values) + 0.2 if "variance" in weight.path else values)
    return model


def every_kind() -> keras.Model:
    """Nearly every kind of layer, with paddings, strides, dilation and groups."""
    image = x = keras.Input((17, 15, 4))
    x = layers.Rescaling(2.0, -0.5)(x)
    x = layers.ZeroPadding2D(((1, 2), (0, 3)))(x)
    a = layers.Conv2D(6, 3, strides=2, padding="same", groups=2, name="grouped")(x)
    b = layers.SeparableConv2D(
        6, 5, strides=2, padding="same", depth_multiplier=2, activation="elu", name="separable"
    )(x)
    x = layers.Add()([a, b])
    x = layers.Conv2D(4, (3, 2), dilation_rate=2, padding="same", activation="gelu")(x)
    x = layers.LayerNormalization()(x)
    x = layers.PReLU(alpha_initializer="normal")(x)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, activation="relu", name="depthwise")(x)
    x = layers.UpSampling2D(2)(x)
    x = layers.Cropping2D(1)(x)
    x = layers.BatchNormalization(scale=False)(x)
    x = layers.LeakyReLU()(x)
    x = layers.AveragePooling2D(3, 2, padding="same")(x)
    y = layers.MaxPooling2D(2, strides=1, padding="same")(x)
    x, y = layers.AdaptiveAveragePooling2D((5, 4))(x), layers.AdaptiveMaxPooling2D((5, 4))(y)
    x = (1.0 - x) * 0.5 + layers.Normalization(mean=0.5, variance=2.0)(y) * x
    x = layers.Concatenate()([x, y])
    x = layers.Conv2D(5, 2, strides=2, use_bias=False, activation="softmax")(x)
    low, high = layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)
    both = layers.Multiply()([low, high])
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    x = layers.Dense(5, activation="sigmoid")(x)
    x = layers.Maximum()([x, both])
    x = layers.Subtract()([x, layers.Average()([x, low])])
    x = layers.Dense(5)(layers.Activation("tanh")(x))
    x = layers.ReLU(6, 0.1, 0.2)(x)
    return randomized(keras.Model(image, layers.Softmax(name="softmax")(x)))


def nested() -> keras.Model:
    """Models inside a model, a layer used twice, and operations that are no layers."""
    inner = x = keras.Input((12, 12, 8))
    x = layers.Conv2D(4, 3, name="conv")(x)
    x = layers.Add(name="add")([x, layers.Conv2D(4, 1, name="point")(x)])
    body = keras.Model(inner, x, name="body")
    stem = keras.Sequential(
        [layers.Conv2D(8, 3, padding="same", name="conv"), layers.ReLU(name="relu")]
    )
    stem.name = "stem"
    image = keras.Input((12, 12, 1))
    shared = layers.Conv2D(4, 3, padding="same", name="shared")
    x = shared(shared(body(stem(image))))
    x = layers.GlobalAveragePooling2D()(x * 2.0 + 1.0)
    return randomized(keras.Model(image, layers.Dense(3, activation="softmax", name="classes")(x)))


def little(channels: int = 1) -> keras.Model:
    """Two convolutions and a dense layer, the everyday network."""
    return randomized(
        keras.Sequential(
            [
                keras.Input((14, 14, channels)),
                layers.Conv2D(4, 3, name="conv1"),
                layers.BatchNormalization(name="norm1"),
                layers.ReLU(name="relu1"),
                layers.MaxPooling2D(name="pool1"),
                layers.Conv2D(6, 3, activation="relu", name="conv2"),
                layers.Flatten(name="flatten"),
                layers.Dense(3, activation="softmax", name="classes"),
            ]
        )
    )


@pytest.fixture(scope="package")
def kinds() -> Opened:
    return open_model(every_kind())


@pytest.fixture(scope="package")
def inside() -> Opened:
    return open_model(nested())


@pytest.fixture(scope="package")
def plain() -> Opened:
    return open_model(little())


def picture(opened: Opened, seed: int = 0) -> np.ndarray:
    """A random picture of the network's size, floats in 0..1."""
    return np.random.default_rng(seed).random(opened.input_shape, np.float32)
