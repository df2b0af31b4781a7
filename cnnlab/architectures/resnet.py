"""Residual networks for small pictures.

Source: He et al., 2015, arXiv:1512.03385; ResNet-8: MLPerf Tiny, Banbury et al., 2021,
arXiv:2106.07597.
"""

from typing import Any, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import some
from cnnlab.architectures._parts import Act, Conv, Drop, Head, scores
from cnnlab.architectures._switches import BranchedValues, Switches
from cnnlab.registry import Knob


def _card(blocks: int) -> dict[str, Any]:
    """What both cards share; `blocks` a stage by default."""
    depth = Knob(
        "blocks",
        blocks,
        "Residual blocks in each of the three stages; a block is two convolutions. 1 gives "
        "ResNet-8, 3 ResNet-20, 5 ResNet-32.",
        low=1,
        high=9,
        step=1,
        sizes=True,
    )
    shared = ("width", "kernel_size", "normalization", "activation", "dropout", "head")
    return {
        "family": "ResNet",
        "knobs": (depth, *some(*shared, residual=True, initializer="he_normal", l2=0.0001)),
        "input_shape": (32, 32, 3),
        "classes": 10,
        "datasets": ("cifar10",),
    }


@architecture(
    title="ResNet-8",
    **_card(1),
    source="MLPerf Tiny, Banbury et al., 2021",
    url="https://arxiv.org/abs/2106.07597",
    params=78_666,
    trainable=78_186,
    published=(Published("CIFAR-10", 78_666, 0.85, "The benchmark's quality target."),),
)
def resnet8(
    input_shape: tuple[int, int, int],
    classes: int,
    blocks: int,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """The image classifier of the benchmark for microcontrollers: one block a stage."""
    return _resnet("resnet8", input_shape, classes, blocks, residual, Switches(**knobs))


@architecture(
    title="ResNet-20",
    **_card(3),
    source="He et al., 2015",
    url="https://arxiv.org/abs/1512.03385",
    params=274_442,
    trainable=273_066,
    published=(Published("CIFAR-10", 270_000, 0.9125, "Shortcuts without weights (option A)."),),
    contradiction="The paper pads shortcuts with zeros; here, as in most rebuilt versions, a 1x1 "
    "convolution brings them to shape and every convolution has a bias.",
)
def resnet20(
    input_shape: tuple[int, int, int],
    classes: int,
    blocks: int,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """Three blocks a stage. Turn Residual off and Blocks up to see why shortcuts were invented."""
    return _resnet("resnet20", input_shape, classes, blocks, residual, Switches(**knobs))


def _resnet(
    name: str,
    input_shape: tuple[int, int, int],
    classes: int,
    blocks: int,
    residual: bool,
    net: Switches,
) -> "keras.Model":
    """A first convolution, then three stages of 16, 32 and 64 filters, each at half the size."""
    image = keras.Input(input_shape, name="image")
    x = net.add(Conv(16, 3, padding="same", normalization="batch", name="conv1"), image)
    for stage, filters in enumerate((16, 32, 64), start=1):
        for number in range(1, blocks + 1):
            stride = 2 if stage > 1 and number == 1 else 1
            x = _block(net, x, filters, stride, f"block{stage}_{number}", residual)
    for part in (Head("average"), Drop(name="dropout"), *scores(classes, apart=False)):
        x = net.add(part, x)
    return keras.Model(image, x, name=name)


def _block(net: Switches, x: Any, filters: int, stride: int, name: str, residual: bool) -> Any:
    """Two 3x3 convolutions and, if `residual`, a way around them."""
    first = Conv(filters, 3, stride, "same", normalization="batch", name=f"{name}_conv1")
    second = Conv(
        filters, 3, padding="same", normalization="batch", activation="linear", name=f"{name}_conv2"
    )
    y = net.add(second, net.add(first, x))
    if residual:
        if tuple(x.shape) != tuple(y.shape):
            around = Conv(filters, 1, stride, activation="linear", name=f"{name}_shortcut")
            x = net.add(around, x)
        y = keras.layers.Add(name=f"{name}_add")([x, y])
    return net.add(Act(name=f"{name}_relu"), y)
