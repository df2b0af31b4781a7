"""From 18.9 million parameters to 35,458 on cats and dogs: residual blocks in place of width.

Source: Saria-houloubi, CNN_keras_model_compression
(https://github.com/Saria-houloubi/CNN_keras_model_compression).
"""

from functools import partial
from typing import Any, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import some, switches
from cnnlab.architectures._parts import Act, Conv, Dense, Drop, Head, Part, Pool, scores
from cnnlab.architectures._switches import BranchedValues, Switches, SwitchValues

CARD: dict[str, Any] = {
    "family": "Saria",
    "source": "Saria-houloubi, CNN_keras_model_compression",
    "url": "https://github.com/Saria-houloubi/CNN_keras_model_compression",
    "recipe": {
        "epochs": 15,
        "batch_size": 128,
        "optimizer": "adadelta",
        "learning_rate": 1.0,
        "schedule": "constant",
    },
}
CATS_DOGS: dict[str, Any] = {"input_shape": (100, 100, 1), "classes": 2, "datasets": ("cats_dogs",)}
MNIST: dict[str, Any] = {"input_shape": (28, 28, 1), "classes": 10, "datasets": ("mnist",)}
ON_MNIST = partial(Published, "MNIST", input_shape=(28, 28, 1), classes=10)
DROP = Drop(name="dropout")  # none in the source: the place for the switch
BRANCHED = some(
    *("width", "normalization", "activation", "dropout", "head", "initializer", "l2"),
    residual=True,
)


@architecture(
    title="Saria base",
    **CARD,
    **CATS_DOGS,
    knobs=switches(),
    params=18_893_570,
    macs=191_509_888,
    published=(
        Published("Cats and dogs", 18_893_570, 0.76, "Last epoch; best epoch 0.783."),
        ON_MNIST(1_199_882, 0.9922, "Last epoch of a model trained before.", rebuilt=1_199_882),
    ),
    contradiction="The README links notebooks that use MNIST; its table comes from two others, "
    "on cats and dogs, with different random splits and test sizes for the two networks.",
)
def saria_base(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Two convolutions and a dense layer that holds 99.9 % of the parameters.

    The large network the others compress: 147,456 values enter 128 neurons.
    """
    parts = (
        *(Conv(32, 3), Conv(64, 3), Pool(2), Head()),
        *(Dense(128), Drop(0.5), *scores(classes)),
    )
    return Switches(**knobs).plain("saria_base", input_shape, parts)


@architecture(
    title="Saria doubled layers",
    **CARD,
    **MNIST,
    knobs=switches(),
    params=188_266,
    macs=13_966_720,
    published=(
        Published("MNIST", 188_266, 0.9942, "Last epoch; best epoch 0.9950. Notebook only."),
    ),
)
def saria_doubled(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """The base network's convolutions twice: deeper, and six times smaller on MNIST.

    The second pool leaves 1,024 values for the dense layer in place of 9,216.
    """
    parts = (
        *(Conv(32, 3), Conv(64, 3), Pool(2)),
        *(Conv(32, 3), Conv(64, 3), Pool(2), Head()),
        *(Dense(128), Drop(0.5), *scores(classes)),
    )
    return Switches(**knobs).plain("saria_doubled", input_shape, parts)


@architecture(
    title="Saria ResNet50",
    **CARD,
    **MNIST,
    knobs=BRANCHED,
    params=23_601_930,
    macs=107_294_976,
    trainable=23_548_810,
    published=(Published("MNIST", None, 0.9904, "Last epoch; best 0.9932. No count printed."),),
    contradiction="Validated with batch-norm in training mode, so the accuracy leans on the "
    "other pictures of each batch. Stage 5 keeps its size (stride 1), unlike ResNet50.",
)
def saria_resnet50(
    input_shape: tuple[int, int, int], classes: int, residual: bool, **knobs: Unpack[BranchedValues]
) -> "keras.Model":
    """ResNet50 on 28x28 digits: 23.6 million parameters for a task 3,226 can do.

    Unlike the paper, a projection block has a ReLU before its addition as well.
    """
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    x = _stem(net, image, 64)
    stages = ((64, 1, 3), (128, 2, 4), (256, 2, 6), (512, 1, 3))
    for stage, (filters, stride, blocks) in enumerate(stages, start=2):
        widths = (filters, filters, 4 * filters)
        x = _block(net, x, widths, f"block{stage}_1", residual, stride)
        for number in range(2, blocks + 1):
            x = _block(net, x, widths, f"block{stage}_{number}", residual)
    x = net.add(Pool(2, how="average", name="pool5"), x)
    return _end(net, image, x, (DROP, *scores(classes, apart=False)), "saria_resnet50")


@architecture(
    title="Saria base using ResNet",
    **CARD,
    **MNIST,
    knobs=BRANCHED,
    params=101_642,
    macs=667_008,
    trainable=100_682,
    published=(Published("MNIST", 101_642, None, "Its notebook never trained it."),),
    contradiction="The hidden layer of 128 neurons has a softmax activation in the source; "
    "set Activation to relu to see what it would be without.",
)
def saria_base_resnet(
    input_shape: tuple[int, int, int], classes: int, residual: bool, **knobs: Unpack[BranchedValues]
) -> "keras.Model":
    """Two residual blocks before the base network's dense layer."""
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    x = _stem(net, image, 32)
    x = _block(net, x, (32, 32, 64), "block2", residual, 2)
    x = _block(net, x, (64, 64, 64), "block3", residual, 2)
    hidden = Dense(128, activation="softmax", name="hidden1")
    parts = (hidden, Drop(0.5, name="dropout1"), *scores(classes, apart=False))
    return _end(net, image, x, parts, "saria_base_resnet")


@architecture(
    title="Saria final",
    **CARD,
    **CATS_DOGS,
    knobs=BRANCHED,
    params=35_458,
    macs=6_002_816,
    trainable=35_010,
    published=(
        Published("Cats and dogs", 35_458, 0.70, "Last epoch; best epoch 0.778."),
        ON_MNIST(22_794, 0.9869, "Last epoch; best 0.9876. Notebook only.", rebuilt=22_794),
    ),
    contradiction="The README calls an MNIST notebook the final structure; the 35,458 "
    "parameters of its table belong to the same layers on cats and dogs, tested on another "
    "split than the base network.",
)
def saria_final(
    input_shape: tuple[int, int, int], classes: int, residual: bool, **knobs: Unpack[BranchedValues]
) -> "keras.Model":
    """One residual block straight into the classes: 533 times smaller than the base network.

    More than half of what is left is the last dense layer; try Head 'global average pooling'.
    """
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    x = _block(net, _stem(net, image, 32), (32, 32, 64), "block2", residual, 2)
    return _end(net, image, x, (DROP, *scores(classes, apart=False)), "saria_final")


def _stem(net: Switches, image: Any, filters: int) -> Any:
    """Three pixels of zeros, 7x7 convolution, batch-norm, ReLU, pool."""
    x = keras.layers.ZeroPadding2D(3, name="frame")(image)
    x = net.add(Conv(filters, 7, 2, normalization="batch", name="conv1"), x)
    return net.add(Pool(3, 2, name="pool1"), x)


def _block(
    net: Switches,
    x: Any,
    filters: tuple[int, int, int],
    name: str,
    residual: bool,
    stride: int | None = None,
) -> Any:
    """1x1, 3x3, 1x1 and a way around them: projected with a `stride`, else `x` itself."""
    conv = partial(Conv, normalization="batch", initializer="glorot_normal")
    y = net.add(conv(filters[0], 1, stride or 1, name=f"{name}_squeeze"), x)
    y = net.add(conv(filters[1], 3, padding="same", name=f"{name}_conv3"), y)
    # The source has a ReLU before the addition in projection blocks, none in identity blocks.
    bend = "relu" if stride else "linear"
    y = net.add(conv(filters[2], 1, activation=bend, name=f"{name}_expand"), y)
    if residual:
        around = conv(filters[2], 1, stride or 1, activation="linear", name=f"{name}_shortcut")
        y = keras.layers.Add(name=f"{name}_add")([y, net.add(around, x) if stride else x])
    return net.add(Act(name=f"{name}_relu"), y)


def _end(net: Switches, image: Any, x: Any, parts: tuple[Part, ...], name: str) -> "keras.Model":
    """Flatten, then the last parts."""
    for part in (Head(), *parts):
        x = net.add(part, x)
    return keras.Model(image, x, name=name)
