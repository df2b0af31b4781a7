"""LeNet-5, the network that read bank checks.

Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998.
"""

from typing import Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import Conv, Dense, Head, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues


@architecture(
    title="LeNet-5",
    family="Classics",
    source="LeCun et al., 1998",
    url="http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf",
    knobs=switches(),
    input_shape=(28, 28, 1),
    classes=10,
    datasets=("mnist",),
    params=61_706,
    published=(Published("MNIST", 60_000, 0.9905, "About 60,000 with a sparse C3; 0.95 % error."),),
    contradiction="The 1998 original reads 32x32, connects C3 sparsely, learns a scale and bias "
    "in each pool and ends in Gaussian units; this is the variant in common use: 28x28 with a "
    "same-padded first convolution, fully connected C3, plain average pools, softmax.",
)
def lenet5(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Two convolutions, two average pools, three dense layers: the ancestor of them all.

    tanh throughout, as in 1998; set Activation to relu for the modern habit.
    """
    parts = (
        Conv(6, 5, padding="same", activation="tanh"),
        Pool(2, how="average"),
        Conv(16, 5, activation="tanh"),
        Pool(2, how="average"),
        *(Head(), Dense(120, activation="tanh"), Dense(84, activation="tanh")),
        *scores(classes, apart=False),
    )
    return Switches(**knobs).plain("lenet5", input_shape, parts)
