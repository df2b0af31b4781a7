"""Our own: as much accuracy as fits into few parameters, by split convolutions and shortcuts.

Made of Howard et al., "MobileNets", 2017, arXiv:1704.04861 (split convolutions), He et al.,
2015, arXiv:1512.03385 (shortcuts), Lin et al., "Network in Network", 2013, arXiv:1312.4400
(one mean per map in place of a dense layer), for digits Chen et al., "MobileFaceNets", 2018,
arXiv:1804.07573 (a weighted sum in place of the mean), and Ramachandran et al., 2017,
arXiv:1710.05941 (SiLU, there called Swish); sizes are ours, chosen on validation pictures.
"""

from typing import TYPE_CHECKING, Any, Unpack

from cnnlab.architectures import architecture
from cnnlab.architectures._knobs import some
from cnnlab.architectures._staged import Plan, Staged
from cnnlab.architectures._switches import BranchedValues, Switches
from cnnlab.registry import Knob

if TYPE_CHECKING:
    import keras


def _card(separable: bool = True) -> dict[str, Any]:
    """What the cards of the family share; `separable` by default or not."""
    return {
        "family": "Compact",
        "source": "this project, after Howard et al., 2017, and He et al., 2015",
        "url": "https://arxiv.org/abs/1704.04861",
        "knobs": (
            Knob(
                "separable",
                separable,
                "Splits each convolution into one kernel per channel and a 1x1 mix. Turn it over "
                "to see what the split saves: most of the parameters.",
                sizes=True,
            ),
            *some(
                *("width", "kernel_size", "activation", "normalization", "dropout", "head"),
                *("initializer", "l2"),
                residual=True,
            ),
        ),
    }


@architecture(
    title="Compact MNIST",
    **_card(),
    input_shape=(28, 28, 1),
    classes=10,
    datasets=("mnist",),
    params=2_998,
    trainable=2_778,
)
def compact_mnist(
    input_shape: tuple[int, int, int],
    classes: int,
    separable: bool,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """Digits with fewer than 3,000 parameters: fewer than any network of the sources.

    Eight channels see the strokes at full size, sixteen their parts at 14x14, twenty-two the digit
    at 7x7. The pools take means: a maximum forgets how much of a window was stroke. Where a stroke
    stands tells digits apart, so the last maps are not averaged: each of their nine positions has
    a weight of its own.
    """
    plan = Plan(((8, 2), (16, 4), (22, 1)), pool="average", last_pool=2, head="depthwise")
    net = Staged(Switches(**knobs), separable, residual)
    return net.model("compact_mnist", input_shape, classes, plan)


@architecture(
    title="Compact cats and dogs",
    **_card(),
    input_shape=(96, 96, 3),
    classes=2,
    datasets=("cats_dogs",),
    params=29_946,
    trainable=28_986,
)
def compact_cats_dogs(
    input_shape: tuple[int, int, int],
    classes: int,
    separable: bool,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """Cats and dogs in color with fewer parameters than the smallest network of the source.

    The first convolution moves in steps of two pixels; four sizes of maps follow, down to 6x6.
    """
    plan = Plan(((16, 1), (32, 2), (56, 3), (72, 3)), stride=2)
    net = Staged(Switches(**knobs), separable, residual)
    return net.model("compact_cats_dogs", input_shape, classes, plan)


@architecture(
    title="Compact CIFAR, 17k",
    **_card(),
    input_shape=(32, 32, 3),
    classes=10,
    datasets=("cifar10",),
    params=16_690,
    trainable=16_034,
)
def compact_cifar_16k(
    input_shape: tuple[int, int, int],
    classes: int,
    separable: bool,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """Ten kinds of animals and vehicles with fewer parameters than ShatheNet's 17,882."""
    plan = Plan(((24, 0), (32, 3), (48, 3), (64, 1)))
    net = Staged(Switches(**knobs), separable, residual)
    return net.model("compact_cifar_16k", input_shape, classes, plan)


@architecture(
    title="Compact CIFAR, 122k",
    **_card(separable=False),
    input_shape=(32, 32, 3),
    classes=10,
    datasets=("cifar10",),
    params=121_970,
    trainable=121_346,
)
def compact_cifar_122k(
    input_shape: tuple[int, int, int],
    classes: int,
    separable: bool,
    residual: bool,
    **knobs: Unpack[BranchedValues],
) -> "keras.Model":
    """Ten kinds of animals and vehicles with fewer parameters than SqueezeNet A's 123,322.

    Whole convolutions, each size of maps by one that widens and is pooled at once and one with
    a shortcut: what processors do fast, so that sixty epochs fit into an hour on one core.
    """
    net = Staged(Switches(**knobs), separable, residual)
    plan = Plan(((16, 0), (32, 1), (52, 1), (64, 1)), widen=True, head="max")
    return net.model("compact_cifar_122k", input_shape, classes, plan)
