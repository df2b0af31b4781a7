"""Our own: a reader of digits for a board with 2 kB of memory and no multiplication of floats.

Made of Springenberg et al., "Striving for simplicity", 2014, arXiv:1412.6806 (strides in place of
pooling), Chen et al., "MobileFaceNets", 2018, arXiv:1804.07573 (a weighted sum of the last maps),
and Ramachandran et al., 2017, arXiv:1710.05941 (SiLU); sizes are ours.
"""

from functools import partial
from typing import TYPE_CHECKING, Unpack

from cnnlab.architectures import architecture
from cnnlab.architectures._knobs import some
from cnnlab.architectures._parts import Conv, Drop, Head, scores
from cnnlab.architectures._switches import Switches, SwitchValues

if TYPE_CHECKING:
    import keras


@architecture(
    title="Uno MNIST",
    family="Compact",
    source="this project, after Springenberg et al., 2014",
    url="https://arxiv.org/abs/1412.6806",
    knobs=some(
        *("width", "kernel_size", "activation", "normalization", "dropout", "head"),
        *("initializer", "l2"),
    ),
    input_shape=(28, 28, 1),
    classes=10,
    datasets=("mnist",),
    params=5_458,
    trainable=5_366,
)
def uno_mnist(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Digits on an Arduino Uno: 2,048 bytes of memory for the picture, the maps and the stack.

    The picture takes 784 bytes, so the first convolution moves in steps of two pixels and has six
    filters only: its maps, 1,176 bytes, are written over the picture as it is read. Whole
    convolutions, for an 8-bit chip spends most of its time between the sums, not in them: a few
    long sums are cheaper than many short ones. An activation costs nothing, being a table.
    """
    conv = partial(Conv, bias=False, normalization="batch", scale=False, activation="silu")
    parts = (
        conv(6, 5, 2, "same"),
        conv(16, 3, 2, "same"),
        conv(24, 3),
        *(Head("depthwise"), Drop(name="dropout"), *scores(classes, apart=False)),
    )
    return Switches(**knobs).plain("uno_mnist", input_shape, parts)
