"""A MobileNet for 32x32 pictures: convolutions split into a depthwise and a 1x1 half.

Source: after Howard et al., "MobileNets", 2017, arXiv:1704.04861; sizes are ours.
"""

from typing import Any, Unpack

from cnnlab.architectures import architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import some
from cnnlab.architectures._parts import Conv, Depthwise, Drop, Head, WeightSettings, scores
from cnnlab.architectures._switches import BranchedValues, Switches
from cnnlab.registry import Knob

SHARED = ("width", "kernel_size", "activation", "normalization", "dropout", "head", "l2")


@architecture(
    title="MobileNet 32",
    family="MobileNet",
    source="after Howard et al., 2017; sizes ours",
    url="https://arxiv.org/abs/1704.04861",
    knobs=(
        Knob(
            "blocks",
            2,
            "Blocks at each of the three sizes; a block is one split convolution.",
            low=1,
            high=6,
            step=1,
            sizes=True,
        ),
        Knob(
            "separable",
            True,
            "Splits each 3x3 convolution into one kernel per channel and a 1x1 mix. Turn it off "
            "to see what the split saves: about eight to nine times the MACs.",
            sizes=True,
        ),
        *some(*SHARED, "initializer", residual=False),
    ),
    input_shape=(32, 32, 3),
    classes=10,
    datasets=("cifar10",),
    params=144_906,
    trainable=141_706,
)
def mobilenet(
    input_shape: tuple[int, int, int],
    classes: int,
    blocks: int,
    separable: bool,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """Looks at each channel on its own, then mixes channels pixel by pixel.

    A 3x3 convolution does both at once and pays for every pair; the split pays for each alone.
    """
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    first = Conv(32, 3, padding="same", bias=False, normalization="batch", name="conv1")
    x = net.add(first, image)
    for stage, filters in enumerate((64, 128, 256), start=1):
        for number in range(1, blocks + 1):
            stride = 2 if stage > 1 and number == 1 else 1
            y = _block(net, x, filters, stride, f"block{stage}_{number}", separable)
            fits = residual and tuple(x.shape) == tuple(y.shape)
            x = keras.layers.Add(name=f"block{stage}_{number}_add")([x, y]) if fits else y
    for part in (Head("average"), Drop(name="dropout"), *scores(classes, apart=False)):
        x = net.add(part, x)
    return keras.Model(image, x, name="mobilenet")


def _block(net: Switches, x: Any, filters: int, stride: int, name: str, separable: bool) -> Any:
    """A 3x3 convolution with batch-norm and ReLU, whole or split in two."""
    batch: WeightSettings = {"bias": False, "normalization": "batch"}
    if not separable:
        return net.add(Conv(filters, 3, stride, "same", name=f"{name}_conv3", **batch), x)
    x = net.add(Depthwise(3, stride, name=f"{name}_depthwise", **batch), x)
    return net.add(Conv(filters, 1, name=f"{name}_mix", **batch), x)
