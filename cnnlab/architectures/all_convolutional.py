"""The all-convolutional net: no pooling, no dense layer.

Source: Springenberg et al., "Striving for simplicity", 2014, arXiv:1412.6806.
"""

from functools import partial
from typing import Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import SOFTMAX, Conv, Drop, Head
from cnnlab.architectures._switches import Switches, SwitchValues


@architecture(
    title="All-CNN-C",
    family="Classics",
    source="Springenberg et al., 2014",
    url="https://arxiv.org/abs/1412.6806",
    knobs=switches("head"),
    input_shape=(32, 32, 3),
    classes=10,
    datasets=("cifar10",),
    params=1_369_738,
    published=(Published("CIFAR-10", 1_300_000, 0.9092, "Without augmentation; 0.9275 with."),),
)
def all_convolutional(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Nine convolutions and a mean: strides do what pooling does elsewhere.

    Set Downsampling to 'max pooling' to build the net the paper compares with, and Width to 0.25
    for a compact version.
    """
    conv = partial(Conv, padding="same")
    parts = (
        *(Drop(0.2), conv(96, 3), conv(96, 3), conv(96, 3, 2), Drop(0.5)),
        *(conv(192, 3), conv(192, 3), conv(192, 3, 2), Drop(0.5)),
        *(Conv(192, 3), Conv(192, 1), Conv(classes, 1, fixed=True, name="scores")),
        *(Head("average"), SOFTMAX),
    )
    return Switches(**knobs).plain("all_convolutional", input_shape, parts)
