"""Small untrained networks in int8, one with every layer the integer operations know."""

import keras
import numpy as np

from cnnlab.compression import _fine_tuning, _steps
from cnnlab.export import _tflite


def every_layer() -> keras.Model:
    """A picture of 12x12x3 in, 5 shares out."""
    layers = keras.layers
    image = keras.Input((12, 12, 3))
    x = layers.ZeroPadding2D(1)(image)
    x = layers.Conv2D(8, 3, activation="relu")(x)
    x = layers.PReLU(shared_axes=(1, 2), alpha_initializer="random_normal")(x)
    y = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu6")(x)
    y = layers.Conv2D(8, 3, padding="same", groups=4)(y)
    y = layers.Activation("hard_swish")(y)
    x = layers.Add()([x, y])
    x = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    y = layers.Conv2D(8, 3, padding="same", activation="tanh")(x)
    x = layers.Concatenate()([x, y])
    y = layers.GlobalAveragePooling2D(keepdims=True)(x)
    y = layers.Conv2D(16, 1, activation="sigmoid")(y)
    x = layers.Multiply()([x, y])
    x = layers.BatchNormalization(moving_mean_initializer="random_normal")(x)
    x = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    x = layers.UpSampling2D(2)(x)
    x = layers.Conv2D(6, (3, 2), strides=(2, 1), activation="silu")(x)
    x = layers.LeakyReLU(0.2)(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(12, activation="elu")(x)
    return keras.Model(image, layers.Dense(5, activation="softmax")(x))


def swishes() -> keras.Model:
    """Residual pairs of convolutions, as the compact networks have; small enough for an Uno."""
    layers = keras.layers
    image = keras.Input((12, 12, 1))
    x = layers.Conv2D(4, 3, padding="same", activation="silu")(image)
    for _ in range(2):
        y = layers.DepthwiseConv2D(3, padding="same")(x)
        x = layers.Add()([x, layers.Conv2D(4, 1, activation="silu")(y)])
    x = layers.AveragePooling2D(2)(x)
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(image, layers.Dense(4, activation="softmax")(x))


def in_int8(model: keras.Model, seed: int = 0) -> tuple[bytes, np.ndarray]:
    """The file, and some of the uint8 pictures its ranges were measured on."""
    pixels = smooth_pictures(20, model.inputs[0].shape[1:], seed)
    return _tflite._int8(model, pixels.astype("float32") / 255), pixels


def on_few_steps(model: keras.Model, bits: int) -> keras.Model:
    """The model, its weights on as few steps as fine-tuning for so many bits leaves them on."""
    _fine_tuning.put_on_steps(model, dict.fromkeys(_steps.kernels(model), bits))
    return model


def smooth_pictures(count: int, shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Blobs of light: uint8 `(count, height, width, channels)`."""
    chance = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    made = np.zeros((count, *shape))
    for picture in made:
        for _ in range(4):
            y, x, wide = chance.uniform(0, shape[0]), chance.uniform(0, shape[1]), 4 + shape[0] / 4
            light = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / wide)
            picture += light[..., None] * chance.uniform(0, 1, shape[2])
    return (255 * np.clip(made, 0, 1)).astype(np.uint8)
