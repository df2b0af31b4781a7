"""Inception-v3, the large network ShatheNet is measured against.

Source: Szegedy et al., 2015, arXiv:1512.00567, as in Keras Applications; with ShatheNet's head:
Shathe, DeepLearning (https://github.com/Shathe/DeepLearning).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Unpack

from cnnlab.architectures import Published, architecture
from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import some
from cnnlab.architectures._parts import Conv, Dense, Drop, Head, Pool, scores
from cnnlab.architectures._switches import Switches, SwitchValues

# A branch is a chain of steps: (filters, height, width of the kernel), or a pool's kind.
Step = tuple[int, int, int]
MEAN = "average"


class Fork(NamedTuple):
    """Two steps side by side, at the end of a chain."""

    first: Step
    second: Step


Branch = Sequence[Step | Fork | str]


@architecture(
    title="Inception-v3",
    family="Inception",
    source="Szegedy et al., 2015; head and training: Shathe, DeepLearning",
    url="https://arxiv.org/abs/1512.00567",
    knobs=some("width", "activation", "normalization", "dropout", "initializer", "l2"),
    input_shape=(299, 299, 3),
    classes=10,
    datasets=("cifar10",),
    recipe={
        "epochs": 60,
        "batch_size": 16,
        "optimizer": "adam",
        "learning_rate": 0.001,
        "schedule": "constant",
        "augmentation": "shathenet",
    },
    params=23_911_210,
    macs=5_713_275_488,
    trainable=23_876_778,
    published=(Published("CIFAR-10 at 299x299", 24_000_000, 0.91, "From random weights."),),
    contradiction="The README says 60 epochs, the script 30.",
)
def inception_v3(
    input_shape: tuple[int, int, int], classes: int, **knobs: Unpack[SwitchValues]
) -> "keras.Model":
    """Eleven mixed blocks: several kernel sizes look at the same maps side by side.

    Long kernels (1x7, then 7x1) see as far as 7x7 for two sevenths of the weights.
    """
    net = _Inception(Switches(**knobs))
    image = keras.Input(input_shape, name="image")
    x = net.stem(image)
    for number, pooled in enumerate((32, 64, 64)):
        x = net.mixed(x, number, [
            [(64, 1, 1)], [(48, 1, 1), (64, 5, 5)], [(64, 1, 1), (96, 3, 3), (96, 3, 3)],
            [MEAN, (pooled, 1, 1)],
        ])  # fmt: skip
    x = net.shrunk(x, 3, [[(384, 3, 3)], [(64, 1, 1), (96, 3, 3), (96, 3, 3)]])
    for number, c in enumerate((128, 160, 160, 192), start=4):
        long = [(c, 1, 1), (c, 7, 1), (c, 1, 7), (c, 7, 1), (192, 1, 7)]
        x = net.mixed(x, number, [
            [(192, 1, 1)], [(c, 1, 1), (c, 1, 7), (192, 7, 1)], long, [MEAN, (192, 1, 1)],
        ])  # fmt: skip
    x = net.shrunk(x, 8, [
        [(192, 1, 1), (320, 3, 3)], [(192, 1, 1), (192, 1, 7), (192, 7, 1), (192, 3, 3)],
    ])  # fmt: skip
    fork = Fork((384, 1, 3), (384, 3, 1))
    for number in (9, 10):
        x = net.mixed(x, number, [
            [(320, 1, 1)], [(384, 1, 1), fork], [(448, 1, 1), (384, 3, 3), fork],
            [MEAN, (192, 1, 1)],
        ])  # fmt: skip
    for part in (
        Head("average"),
        Dense(1024, name="hidden1"),
        Drop(name="dropout"),
        *scores(classes, apart=False),
    ):
        x = net.add(part, x)
    return keras.Model(image, x, name="inception_v3")


@dataclass(frozen=True)
class _Inception:
    """Stem and mixed blocks, each convolution with batch-norm (no factor) and ReLU."""

    switches: Switches

    def add(self, part: Any, x: Any) -> Any:
        return self.switches.add(part, x)

    def conv(self, x: Any, step: Step, name: str, stride: int = 1, padding: str = "same") -> Any:
        filters, height, width = step
        part = Conv(filters, (height, width), stride, padding, normalization="batch", bias=False,
                    scale=False, name=name)  # fmt: skip
        return self.add(part, x)

    def stem(self, x: Any) -> Any:
        """From 299x299 to 35x35 maps."""
        x = self.conv(x, (32, 3, 3), "stem1", 2, "valid")
        x = self.conv(x, (32, 3, 3), "stem2", padding="valid")
        x = self.conv(x, (64, 3, 3), "stem3")
        x = self.add(Pool(3, 2, name="stem_pool1"), x)
        x = self.conv(x, (80, 1, 1), "stem4", padding="valid")
        x = self.conv(x, (192, 3, 3), "stem5", padding="valid")
        return self.add(Pool(3, 2, name="stem_pool2"), x)

    def mixed(self, x: Any, number: int, branches: Sequence[Branch]) -> Any:
        """Branches side by side, their maps put together."""
        name = f"mixed{number}"
        ends = [self.branch(x, steps, f"{name}_{i}") for i, steps in enumerate(branches, 1)]
        return keras.layers.Concatenate(name=name)(ends)

    def shrunk(self, x: Any, number: int, branches: Sequence[Sequence[Step]]) -> Any:
        """Like `mixed` at half the size: each branch ends in a stride of 2, one is a pool."""
        name = f"mixed{number}"
        ends = []
        for index, steps in enumerate(branches, start=1):
            y = self.branch(x, steps[:-1], f"{name}_{index}")
            ends.append(self.conv(y, steps[-1], f"{name}_{index}_end", 2, "valid"))
        ends.append(self.add(Pool(3, 2, name=f"{name}_pool"), x))
        return keras.layers.Concatenate(name=name)(ends)

    def branch(self, x: Any, steps: Branch, name: str) -> Any:
        """The steps one after another; a fork's two convolutions side by side."""
        for index, step in enumerate(steps, start=1):
            here = f"{name}_{'abcdef'[index - 1]}"
            if isinstance(step, str):
                x = self.add(Pool(3, 1, step, "same", name=f"{name}_pool"), x)
            elif isinstance(step, Fork):
                ends = [self.conv(x, s, f"{here}_{s[1]}x{s[2]}") for s in step]
                x = keras.layers.Concatenate(name=here)(ends)
            else:
                x = self.conv(x, step, f"{here}_{step[1]}x{step[2]}")
        return x
