"""Our own: as much accuracy as fits into few parameters, by split convolutions and shortcuts.

Made of Howard et al., "MobileNets", 2017, arXiv:1704.04861 (split convolutions), He et al.,
2015, arXiv:1512.03385 (shortcuts), Lin et al., "Network in Network", 2013, arXiv:1312.4400
(one mean per map in place of a dense layer), for digits Chen et al., "MobileFaceNets", 2018,
arXiv:1804.07573 (a weighted sum in place of the mean), and Ramachandran et al., 2017,
arXiv:1710.05941 (SiLU, there called Swish); sizes are ours, chosen on validation pictures.
"""

from dataclasses import dataclass, replace
from typing import Any

from cnnlab.architectures import architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import some
from cnnlab.architectures._parts import Act, Conv, Depthwise, Drop, Head, Norm, Pool, scores
from cnnlab.architectures._switches import Switches
from cnnlab.registry import Knob


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
            ),
            *some(
                *("width", "kernel_size", "activation", "normalization", "dropout", "head"),
                *("initializer", "l2"),
                residual=True,
            ),
        ),
    }


# Batch-norm without its learned factor: the convolution behind it can scale as well.
BATCH = {"bias": False, "normalization": "batch", "scale": False, "activation": "silu"}


@dataclass(frozen=True)
class Plan:
    """What one network of the family is made of.

    Attributes:
        stages: (filters, blocks) each; every stage but the first begins with a pool.
        stride: Pixels the first convolution moves by.
        last_pool: Whether one more pool stands before the head.
        head: How maps become a vector; see `Head`.
        widen: Whether a convolution of its own stands before each pool, whose maps are halved
            before they are normalized and bent: a quarter of the work.
        pool: What the other pools keep of every window: its largest value or its mean.
    """

    stages: tuple[tuple[int, int], ...]
    stride: int = 1
    last_pool: bool = False
    head: str = "average"
    widen: bool = False
    pool: str = "max"


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
    **knobs: bool | float | str,
) -> "keras.Model":
    """Digits with fewer than 3,000 parameters: fewer than any network of the sources.

    Eight channels see the strokes at full size, sixteen their parts at 14x14, twenty-two the digit
    at 7x7. The pools take means: a maximum forgets how much of a window was stroke. Where a stroke
    stands tells digits apart, so the last maps are not averaged: each of their nine positions has
    a weight of its own.
    """
    plan = Plan(((8, 2), (16, 4), (22, 1)), pool="average", last_pool=True, head="depthwise")
    net = _Compact(Switches(**knobs), separable, residual)
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
    **knobs: bool | float | str,
) -> "keras.Model":
    """Cats and dogs in color with fewer parameters than the smallest network of the source.

    The first convolution moves in steps of two pixels; four sizes of maps follow, down to 6x6.
    """
    plan = Plan(((16, 1), (32, 2), (56, 3), (72, 3)), stride=2)
    net = _Compact(Switches(**knobs), separable, residual)
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
    **knobs: bool | float | str,
) -> "keras.Model":
    """Ten kinds of animals and vehicles with fewer parameters than ShatheNet's 17,882."""
    plan = Plan(((24, 0), (32, 3), (48, 3), (64, 1)))
    net = _Compact(Switches(**knobs), separable, residual)
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
    **knobs: bool | float | str,
) -> "keras.Model":
    """Ten kinds of animals and vehicles with fewer parameters than SqueezeNet A's 123,322.

    Whole convolutions, each size of maps by one that widens and is pooled at once and one with
    a shortcut: what processors do fast, so that sixty epochs fit into an hour on one core.
    """
    net = _Compact(Switches(**knobs), separable, residual)
    plan = Plan(((16, 0), (32, 1), (52, 1), (64, 1)), widen=True, head="max")
    return net.model("compact_cifar_122k", input_shape, classes, plan)


class _Compact:
    """Builds the networks of this file; `separable` and `residual` as the knobs say."""

    def __init__(self, net: Switches, separable: bool, residual: bool) -> None:
        self._net, self._separable, self._residual = net, separable, residual

    def model(
        self, name: str, shape: tuple[int, int, int], classes: int, plan: Plan
    ) -> "keras.Model":
        """The network of `plan` for pictures of `shape`."""
        image = keras.Input(shape, name="image")
        first = Conv(plan.stages[0][0], 3, plan.stride, "same", name="conv1", **BATCH)
        x = self._net.add(first, image)
        for stage, (filters, blocks) in enumerate(plan.stages, start=1):
            pool = f"pool{stage}"
            if stage > 1 and plan.widen:
                wider = Conv(filters, 3, 1, "same", name=f"widen{stage}", **BATCH)
                x = self._pooled(x, wider, pool)
            elif stage > 1:
                x = self._net.add(Pool(2, how=plan.pool, name=pool), x)
            for number in range(1, blocks + 1):
                x = self._block(x, filters, f"block{stage}_{number}")
        if plan.last_pool:
            last = Pool(2, how=plan.pool, name=f"pool{len(plan.stages) + 1}")
            x = self._net.add(last, x)
        for part in (Head(plan.head), Drop(name="dropout"), *scores(classes, apart=False)):
            x = self._net.add(part, x)
        return keras.Model(image, x, name=name)

    def _pooled(self, x: Any, conv: Conv, pool: str) -> Any:
        """A convolution whose maps are halved before they are normalized and bent."""
        bare = replace(conv, normalization="none", activation="linear")
        parts = (
            *(bare, Pool(2, name=pool), Norm(scale=conv.scale, name=f"{conv.name}_norm")),
            Act(conv.activation, name=f"{conv.name}_{conv.activation}"),
        )
        for part in parts:
            x = self._net.add(part, x)
        return x

    def _block(self, x: Any, filters: int, name: str) -> Any:
        """A 3x3 convolution, whole or split, and a way around it where the shapes fit."""
        y = x
        if self._separable:
            each = Depthwise(3, bias=False, activation="linear", name=f"{name}_depthwise")
            y = self._net.add(each, y)
            y = self._net.add(Conv(filters, 1, name=f"{name}_mix", **BATCH), y)
        else:
            y = self._net.add(Conv(filters, 3, padding="same", name=f"{name}_conv3", **BATCH), y)
        if self._residual and tuple(x.shape) == tuple(y.shape):
            return keras.layers.Add(name=f"{name}_add")([x, y])
        return y
