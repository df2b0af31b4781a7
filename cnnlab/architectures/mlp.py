"""A network without convolutions, to compare with.

Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998.
"""

from typing import Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import Dense, Head, scores
from cnnlab.architectures._switches import Switches, SwitchValues


@architecture(
    title="MLP baseline (LeNet-300-100)",
    family="Classics",
    source="LeCun et al., 1998",
    url="http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf",
    knobs=switches("kernel_size", "downsampling", "head", "padding"),
    input_shape=(28, 28, 1),
    classes=10,
    datasets=("mnist", "digits"),
    params=266_610,
    published=(Published("MNIST", 266_610, 0.9695, "3.05 % error without distorted pictures."),),
)
def mlp(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Every neuron sees every pixel: no kernels, no sense of place.

    The favorite patient of the pruning literature. Shift a digit by a few pixels and it is a new
    picture to it; a convolution finds the same stroke anywhere.
    """
    parts = (Head(), Dense(300), Dense(100), *scores(classes, apart=False))
    return Switches(**knobs).plain("mlp", input_shape, parts)
