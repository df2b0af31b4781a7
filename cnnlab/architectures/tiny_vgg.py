"""Tiny VGG, the network the CNN Explainer takes apart in the browser.

Source: Wang et al., "CNN Explainer", 2020, arXiv:2004.15004.
"""

from typing import Unpack

from cnnlab.architectures import architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import switches
from cnnlab.architectures._parts import Conv, Head, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues


@architecture(
    title="Tiny VGG",
    family="Classics",
    source="Wang et al., CNN Explainer, 2020",
    url="https://poloclub.github.io/cnn-explainer",
    knobs=switches(),
    input_shape=(64, 64, 3),
    classes=10,
    params=19_920,
)
def tiny_vgg(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """VGG's recipe with ten filters a layer: two convolutions, pool, and again.

    Small enough to follow one pixel by hand all the way through.
    """
    parts = (
        *(Conv(10, 3, name="conv1_1"), Conv(10, 3, name="conv1_2"), Pool(2)),
        *(Conv(10, 3, name="conv2_1"), Conv(10, 3, name="conv2_2"), Pool(2)),
        *(Head(), *scores(classes, apart=False)),
    )
    return Switches(**knobs).plain("tiny_vgg", input_shape, parts)
