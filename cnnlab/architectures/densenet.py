"""A small DenseNet: every layer reads all the layers before it in its block.

Source: after Huang et al., "Densely connected convolutional networks", 2016, arXiv:1608.06993
(DenseNet-BC); the number of layers is ours.
"""

from typing import Any, Unpack

from cnnlab.architectures import architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import some
from cnnlab.architectures._parts import Act, Conv, Drop, Head, Norm, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues
from cnnlab.registry import Knob


@architecture(
    title="DenseNet-BC 28",
    family="DenseNet",
    source="after Huang et al., 2016; number of layers ours",
    url="https://arxiv.org/abs/1608.06993",
    knobs=(
        Knob(
            "growth",
            12,
            "Maps each layer adds for all that follow.",
            low=2,
            high=48,
            step=2,
            sizes=True,
        ),
        Knob(
            "layers_per_block",
            4,
            "Layers in each of the three blocks; each is a 1x1 and a 3x3 convolution.",
            low=1,
            high=12,
            step=1,
            sizes=True,
        ),
        Knob(
            "dense_connections",
            True,
            "Every layer reads all before it; off, only the one before, as in a plain network.",
        ),
        *some("kernel_size", "normalization", "activation", "dropout", "head", "l2"),
        *some(initializer="he_normal"),
    ),
    input_shape=(32, 32, 3),
    classes=10,
    datasets=("cifar10",),
    params=105_622,
    trainable=102_730,
)
def densenet(
    input_shape: tuple[int, int, int],
    classes: int,
    growth: int,
    layers_per_block: int,
    dense_connections: bool,
    **knobs: Unpack[SwitchValues],
) -> "keras.Model":
    """Adds a few maps per layer and keeps all earlier ones within reach.

    The paper's 100-layer version has 0.8 million parameters and 95.5 % on CIFAR-10.
    """
    net = Switches(**knobs)
    image = keras.Input(input_shape, name="image")
    conv = Conv(2 * growth, 3, padding="same", bias=False, activation="linear", name="conv1")
    x = net.add(conv, image)
    for block in (1, 2, 3):
        for number in range(1, layers_per_block + 1):
            y = _layer(net, x, growth, f"dense{block}_{number}")
            join = keras.layers.Concatenate(name=f"dense{block}_{number}")
            x = join([x, y]) if dense_connections else y
        if block < 3:
            x = _ready(net, x, x.shape[-1] // 2, 1, f"transition{block}")
            x = net.add(Pool(2, how="average", name=f"pool{block}"), x)
    x = net.add(Act(name="final_relu"), net.add(Norm(name="final_norm"), x))
    for part in (Head("average"), Drop(name="dropout"), *scores(classes, apart=False)):
        x = net.add(part, x)
    return keras.Model(image, x, name="densenet")


def _layer(net: Switches, x: Any, growth: int, name: str) -> Any:
    """1x1 convolution to four times the growth, then 3x3 to the growth."""
    squeezed = _ready(net, x, 4 * growth, 1, f"{name}_squeeze")
    return _ready(net, squeezed, growth, 3, f"{name}_conv3")


def _ready(net: Switches, x: Any, filters: int, kernel: int, name: str) -> Any:
    """Batch-norm, ReLU and convolution, in this order."""
    x = net.add(Act(name=f"{name}_relu"), net.add(Norm(name=f"{name}_norm"), x))
    conv = Conv(filters, kernel, padding="same", bias=False, activation="linear", name=name)
    return net.add(conv, x)
