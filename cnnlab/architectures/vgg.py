"""VGG19 and the SVGG ladder: block after block becomes one convolution.

Source: Ashis Ravindran, pyramid_compression
(https://github.com/ASHISRAVINDRAN/pyramid_compression) and its report, 2018; VGG: Simonyan and
Zisserman, 2014, arXiv:1409.1556.
"""

from collections.abc import Sequence
from typing import Any, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import Conv, Dense, Drop, Head, Part, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues

# Filters and convolutions of each block of VGG19; a 3x3 convolution keeps the maps' size.
BLOCKS = {1: (64, 2), 2: (128, 2), 3: (256, 4), 4: (512, 4), 5: (512, 4)}
# What one step of the ladder compresses, from the output's end ("forward") to the input's.
STEPS = ("head", 5, 4, 3, 2)
TENFOLD = "The report's '10 times fewer parameters' is 7.7 times on STL-10 and 7.0 on CIFAR-100."


def _card(
    title: str, params: int, macs: int, cifar100: int, stl10: float, cifar: float, **more: str
) -> dict[str, Any]:
    """What the cards of the ladder share; accuracies in percent, as in the report."""
    figures = (stl10 / 100, cifar / 100)
    thirty = 30_000_000 if title == "VGG19" else None
    return {
        "title": title,
        "family": "SVGG",
        "source": "Ravindran, pyramid_compression, report of 2018",
        "url": "https://github.com/ASHISRAVINDRAN/pyramid_compression",
        "knobs": switches(),
        "input_shape": (96, 96, 3),
        "classes": 10,
        "datasets": ("stl10", "cifar100"),
        "params": params,
        "macs": macs,
        "published": (
            Published("STL-10", thirty, figures[0], more.get("note", "Pyramid, two stages.")),
            Published(
                "CIFAR-100 enlarged to 96x96", thirty, figures[1], "", None, 100, cifar100
            ),
        ),
        "contradiction": more.get("contradiction", ""),
    }  # fmt: skip


BEST_ON_TEST = "Best epoch on the test images, which also drove the learning rate."


@architecture(
    **_card("VGG19", 30_517_834, 3_593_671_680, 30_564_004, 94.175, 80.66, note=BEST_ON_TEST)
)
def vgg19(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Sixteen 3x3 convolutions and three dense layers: the teacher at the ladder's top."""
    return _ladder("vgg19", (), input_shape, classes, Switches(**knobs))


@architecture(**_card("SVGG17 forward", 20_070_474, 3_583_226_880, 20_485_284, 93.925, 80.98))
def svgg17_forward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """VGG19 with one dense layer in place of three."""
    return _ladder("svgg17_forward", STEPS[:1], input_shape, classes, Switches(**knobs))


@architecture(**_card("SVGG14 forward", 12_991_050, 3_328_422_912, 13_405_860, 93.8625, 79.86))
def svgg14_forward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """SVGG17 with one convolution for block 5."""
    return _ladder("svgg14_forward", STEPS[:2], input_shape, classes, Switches(**knobs))


@architecture(**_card("SVGG11 forward", 5_911_626, 2_309_207_040, 6_326_436, 91.5875, 75.15))
def svgg11_forward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """SVGG14 with one convolution for block 4."""
    return _ladder("svgg11_forward", STEPS[:3], input_shape, classes, Switches(**knobs))


@architecture(**_card("SVGG8 forward", 4_141_386, 1_289_991_168, 4_556_196, 88.05, 72.68))
def svgg8_forward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """SVGG11 with one convolution for block 3."""
    return _ladder("svgg8_forward", STEPS[:4], input_shape, classes, Switches(**knobs))


BACKWARD = (
    "The same project's Gram method builds another backward SVGG17 (with a single fresh "
    "convolution for block 5, 23,253,898 parameters) under the same name."
)


@architecture(
    **_card(
        "SVGG17 backward",
        30_333_322,
        2_914_194_432,
        30_379_492,
        93.35,
        80.24,
        contradiction=BACKWARD,
    )
)
def svgg17_backward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """VGG19 with one convolution for conv1_2, conv2_1 and conv2_2: compressed from the input."""
    return _ladder("svgg17_backward", STEPS[4:], input_shape, classes, Switches(**knobs))


@architecture(**_card("SVGG14 backward", 28_563_082, 1_894_978_560, 28_609_252, 91.95, 78.98))
def svgg14_backward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """SVGG17 backward with one convolution for block 3."""
    return _ladder("svgg14_backward", STEPS[3:], input_shape, classes, Switches(**knobs))


@architecture(**_card("SVGG11 backward", 21_483_658, 875_762_688, 21_529_828, 90.9375, 76.18))
def svgg11_backward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """SVGG14 backward with one convolution for block 4."""
    return _ladder("svgg11_backward", STEPS[2:], input_shape, classes, Switches(**knobs))


@architecture(**_card("SVGG8 backward", 14_404_234, 620_958_720, 14_450_404, 90.85, 74.69))
def svgg8_backward(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """SVGG11 backward with one convolution for block 5; the three dense layers stay."""
    return _ladder("svgg8_backward", STEPS[1:], input_shape, classes, Switches(**knobs))


@architecture(
    **_card(
        "SVGG5",
        3_956_874,
        610_513_920,
        4_371_684,
        91.0125,
        74.71,
        note="Backward, two stages; forward 84.375 % (STL-10) and 69.72 % (CIFAR-100).",
        contradiction=TENFOLD + " And SVGG5 has six layers with weights, not five.",
    )
)
def svgg5(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Every block one convolution, one dense layer: where both ways down the ladder meet."""
    return _ladder("svgg5", STEPS, input_shape, classes, Switches(**knobs))


def _ladder(
    name: str,
    compressed: Sequence[str | int],
    input_shape: tuple[int, int, int],
    classes: int,
    switches: Switches,
) -> "keras.Model":
    """VGG19 with the named blocks (2 to 5, or "head") each compressed into one layer.

    Compressed block 2 stands for conv1_2 and all of block 2; conv1_1 always survives.
    """
    parts: list[Part] = []
    for block, (filters, count) in BLOCKS.items():
        count = 1 if block in compressed or (block == 1 and 2 in compressed) else count
        names = [f"conv{block}_{number}" for number in range(1, count + 1)]
        if block in compressed:
            names = [f"conv{block}_compressed"]
        parts += [Conv(filters, 3, padding="same", name=name) for name in names]
        parts.append(Pool(2, name=f"pool{block}"))
    parts += [Head()]
    if "head" in compressed:
        parts += [Drop(0.5)]
    else:
        parts += [Dense(2048), Drop(0.5), Dense(512), Drop(0.5)]
    return switches.plain(name, input_shape, [*parts, *scores(classes)])
