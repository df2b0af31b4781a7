"""SqueezeNet: fire modules that squeeze channels before they spend weights on them.

Source: Iandola et al., 2016, arXiv:1602.07360; the CIFAR-10 versions A and B: taltole,
CIFAR10_SqueezeNet (https://github.com/taltole/CIFAR10_SqueezeNet).
"""

from typing import Any, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import some
from cnnlab.architectures._parts import SOFTMAX, Conv, Drop, Head, Norm, Part, Pool
from cnnlab.architectures._switches import BranchedValues, Switches
from cnnlab.registry import Knob

CARD: dict[str, Any] = {
    "family": "SqueezeNet",
    "source": "taltole, CIFAR10_SqueezeNet, after Iandola et al., 2016",
    "url": "https://github.com/taltole/CIFAR10_SqueezeNet",
    "knobs": (
        Knob(
            "squeeze_ratio",
            0.125,
            "Squeezed channels as a fraction of a fire module's output. Smaller saves weights "
            "and loses accuracy; the paper tried 0.125 to 1.",
            low=0.03125,
            high=1.0,
            step=0.03125,
            sizes=True,
        ),
        *some("width", "normalization", "activation", "dropout", "residual", "initializer", "l2"),
    ),
    "input_shape": (32, 32, 3),
    "classes": 10,
    "datasets": ("cifar10",),
}
RECIPE: dict[str, Any] = {
    "epochs": 400,
    "batch_size": 64,
    "optimizer": "adam",
    "schedule": "constant",
}


@architecture(
    title="SqueezeNet A",
    usual_student=True,
    **CARD,
    recipe=RECIPE | {"learning_rate": 0.001, "augmentation": "squeezenet_a"},
    params=123_322,
    macs=2_413_760,
    trainable=123_154,
    published=(Published("CIFAR-10", 123_322, 0.8143, "README: above 80 % after 200 epochs."),),
    contradiction="The newest notebook shows network B beside the report of A; the README's "
    "text and the authors' web app mean A.",
)
def squeezenet_a(
    input_shape: tuple[int, int, int],
    classes: int,
    squeeze_ratio: float,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """Four fire modules for 32x32 pictures, the one the authors' web app used.

    No dense layer at all: a 1x1 convolution makes one map per class, and its mean is the score.
    """
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    x = net.add(Conv(64, 3, 2, normalization="batch", name="conv1"), image)
    x = _four_fires(net, x, squeeze_ratio, residual)
    x = net.add(Drop(0.2, name="dropout1"), x)
    scores = Conv(classes, 1, normalization="batch", fixed=True, name="scores")
    parts = (scores, Head("average"), Norm(name="score_norm"), Drop(0.2, name="dropout2"), SOFTMAX)
    return _end(net, image, x, parts, "squeezenet_a")


@architecture(
    title="SqueezeNet B",
    **CARD,
    recipe=RECIPE | {"learning_rate": 0.0001, "augmentation": "squeezenet_b"},
    params=124_050,
    macs=2_413_760,
    trainable=123_518,
    published=(Published("CIFAR-10", 124_050, 0.8022, "Newest notebook."),),
)
def squeezenet_b(
    input_shape: tuple[int, int, int],
    classes: int,
    squeeze_ratio: float,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """A with its batch-norms in other places: one before the class convolution, none after."""
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    x = net.add(Conv(64, 3, 2, activation="relu", name="conv1"), image)
    x = net.add(Norm(name="fire_norm"), _four_fires(net, x, squeeze_ratio, residual))
    scores = Conv(classes, 1, fixed=True, name="scores")
    parts = (scores, Head("average"), Norm(name="score_norm"), Drop(0.1, name="dropout1"), SOFTMAX)
    return _end(net, image, x, parts, "squeezenet_b")


@architecture(
    title="SqueezeNet 1.0",
    **CARD,
    params=740_554,
    macs=11_274_752,
    published=(
        Published("CIFAR-10", None, None, "In the project's code, never trained there."),
        Published(
            "ImageNet",
            1_248_424,
            0.575,
            "Iandola et al., top-1.",
            input_shape=(224, 224, 3),
            classes=1000,
            rebuilt=1_248_424,
        ),
    ),
)
def squeezenet_1_0(
    input_shape: tuple[int, int, int],
    classes: int,
    squeeze_ratio: float,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """The paper's eight fire modules: AlexNet's accuracy with fifty times fewer parameters."""
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    x = net.add(Conv(96, 7, 2, "same", name="conv1"), image)
    x = net.add(Pool(3, 2, name="pool1"), x)
    for number, expand in enumerate((64, 64, 128, 128, 192, 192, 256, 256), start=2):
        x = _fire(net, x, expand, f"fire{number}", squeeze_ratio, residual)
        if number in (4, 8):
            x = net.add(Pool(3, 2, name=f"pool{number}"), x)
    x = net.add(Drop(0.5, name="dropout1"), x)
    parts = (Conv(classes, 1, fixed=True, name="scores"), Head("average"), SOFTMAX)
    return _end(net, image, x, parts, "squeezenet_1_0")


def _four_fires(net: Switches, x: Any, squeeze_ratio: float, residual: bool) -> Any:
    """Pool, two fire modules, pool, two larger ones."""
    for number, expand in enumerate((64, 64, 128, 128), start=2):
        if number in (2, 4):
            x = net.add(Pool(3, 2, name=f"pool{number // 2}"), x)
        x = _fire(net, x, expand, f"fire{number}", squeeze_ratio, residual)
    return x


def _fire(net: Switches, x: Any, expand: int, name: str, ratio: float, residual: bool) -> Any:
    """1x1 squeeze, then 1x1 and 3x3 side by side; `residual` adds `x` where it fits (bypass)."""
    squeezed = net.add(Conv(max(1, round(2 * expand * ratio)), 1, name=f"{name}_squeeze"), x)
    narrow = net.add(Conv(expand, 1, name=f"{name}_expand1"), squeezed)
    wide = net.add(Conv(expand, 3, padding="same", name=f"{name}_expand3"), squeezed)
    y = keras.layers.Concatenate(name=name)([narrow, wide])
    if residual and tuple(x.shape) == tuple(y.shape):
        y = keras.layers.Add(name=f"{name}_bypass")([x, y])
    return y


def _end(net: Switches, image: Any, x: Any, parts: tuple[Part, ...], name: str) -> "keras.Model":
    for part in parts:
        x = net.add(part, x)
    return keras.Model(image, x, name=name)
