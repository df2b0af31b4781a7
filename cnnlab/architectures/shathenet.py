"""ShatheNet: a student's way from 59 % on CIFAR-10 upwards, version by version.

Source: Shathe, DeepLearning/ShatheNet (https://github.com/Shathe/DeepLearning), commit
c5b7cda11f30.
"""

from functools import partial
from typing import Any, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import Conv, Dense, Enlarge, Head, Part, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues
from cnnlab.registry import Knob

CARD: dict[str, Any] = {
    "family": "ShatheNet",
    "source": "Shathe, DeepLearning/ShatheNet, commit c5b7cda",
    "url": "https://github.com/Shathe/DeepLearning",
    "knobs": (
        Knob(
            "enlarge",
            1,
            "Repeats every pixel of the picture this many times in both directions before the "
            "first layer, as the source did with CIFAR-10: 6 makes 192x192 of 32x32. Nothing new "
            "is to be seen, but the large strides of this network then fit.",
            low=1,
            high=9,
            step=1,
            scales_input=True,
        ),
        *switches(),
    ),
    "classes": 10,
    "datasets": ("cifar10",),
}
RECIPE: dict[str, Any] = {
    "epochs": 70,
    "batch_size": 32,
    "optimizer": "adam",
    "learning_rate": 0.001,
    "schedule": "constant",
    "augmentation": "shathenet",
}
NORMAL = "truncated_normal"
# Filters, kernel and stride of every convolution, a 2 where a 2x2 pool stands; hidden neurons.
VERSIONS: dict[str, Any] = {
    "shathenet_v1_0": (((16, 7, 6), (16, 5, 4), (32, 3, 2), 2), 32),
    "shathenet_v1_1": (
        (
            *((32, 7, 2), (32, 7, 1), 2),
            *((64, 5, 2), (64, 5, 1), 2),
            *((128, 3, 2), (128, 3, 1), 2),
        ),
        256,
    ),
    "shathenet_v1_2": (
        (
            *((32, 5, 1), (32, 5, 1), (32, 5, 1), 2),
            *((64, 3, 1), (64, 3, 1), (64, 3, 1), 2, (64, 3, 1), 2),
            *((64, 5, 1), (64, 5, 1), 2, (64, 5, 1), (128, 3, 1), 2),
            *((128, 3, 1), (128, 3, 1), (128, 3, 1), 2),
        ),
        512,
    ),
}


@architecture(
    title="ShatheNet v1.0",
    **CARD,
    # The README names augmentation for the later versions only.
    recipe=RECIPE | {"epochs": 60, "augmentation": "none"},
    input_shape=(192, 192, 3),
    params=17_882,
    macs=2_896_192,
    published=(
        Published("CIFAR-10 enlarged", 17_000, 0.59, "README: 17K after 60 epochs."),
        Published(
            "CIFAR-10 at 299x299",
            note="The input size written in the code.",
            input_shape=(299, 299, 3),
            rebuilt=23_002,
        ),
    ),
    contradiction="The code reads 299x299 pictures, which gives 23,002 parameters; the README's "
    "17K fits inputs of 145 to 240 pixels, such as the 192 of later versions.",
)
def shathenet_v1_0(
    input_shape: tuple[int, int, int], classes: int, enlarge: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Three convolutions with strides of 6, 4 and 2: few MACs and few parameters.

    32x32 pictures with Enlarge 6 make the same network as 192x192 ones, from 36 times less data.
    """
    return _version("shathenet_v1_0", input_shape, classes, enlarge, Switches(**knobs))


@architecture(
    title="ShatheNet v1.1",
    **CARD,
    recipe=RECIPE,
    input_shape=(299, 299, 3),
    params=1_252_138,
    macs=1_479_538_560,
    published=(
        Published("CIFAR-10 at 299x299", 1_250_000, 0.74, "README: 1.25M after 70 epochs."),
        Published("CIFAR-10 at 192x192", input_shape=(192, 192, 3), rebuilt=727_850),
    ),
)
def shathenet_v1_1(
    input_shape: tuple[int, int, int], classes: int, enlarge: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Two convolutions per block, the first with a stride, then a pool.

    The second convolution has no activation: two in a row without one are worth one.
    """
    return _version(
        "shathenet_v1_1", input_shape, classes, enlarge, Switches(**knobs), linear="conv2"
    )


@architecture(
    title="ShatheNet v1.2",
    **CARD,
    recipe=RECIPE,
    input_shape=(299, 299, 3),
    params=2_061_194,
    macs=7_414_127_200,
    published=(
        Published("CIFAR-10 at 299x299", 1_250_000, None, "Accuracy left blank in the README."),
        Published("CIFAR-10 at 192x192", input_shape=(192, 192, 3), rebuilt=1_602_442),
    ),
    contradiction="The README's 1.25M is a copy of the row above it: no input size gives this "
    "network 1.25M parameters; at 299x299 it has 2,061,194.",
)
def shathenet_v1_2(
    input_shape: tuple[int, int, int], classes: int, enlarge: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Twelve convolutions without strides, six pools: the costly way to look closely."""
    return _version("shathenet_v1_2", input_shape, classes, enlarge, Switches(**knobs))


def _version(
    name: str,
    input_shape: tuple[int, int, int],
    classes: int,
    enlarge: int,
    switches: Switches,
    linear: str = "",
) -> "keras.Model":
    """The network `VERSIONS` describes; `linear` names a convolution without activation."""
    steps, hidden = VERSIONS[name]
    conv = partial(Conv, padding="same", initializer=NORMAL)
    parts: list[Part] = [Enlarge(enlarge, name="enlarge")]
    for step in steps:
        count = sum(isinstance(part, Conv) for part in parts) + 1
        bend = "linear" if linear == f"conv{count}" else "relu"
        parts.append(Pool(step) if isinstance(step, int) else conv(*step, activation=bend))
    parts += [Head(), Dense(hidden, initializer=NORMAL), *scores(classes, initializer=NORMAL)]
    return switches.plain(name, input_shape, parts)
