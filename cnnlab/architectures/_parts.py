"""The parts networks are made of, and `assemble`, which turns a row of them into a model.

A part is data until its `apply` adds its layers to a Keras tensor; so a switch can rewrite
it before anything is built (see `_switches`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypedDict

from cnnlab.architectures._keras import keras
from cnnlab.errors import LabError

GLOBAL_DEPTHWISE = "global_depthwise"  # the layer that reads every position of its maps
MOST_WEIGHTS = 500_000_000  # of one layer: 2 GB, more than a reader's machine should give it
BETWEEN = ("batch", "layer")  # normalizations that stand between the weights and the activation


class WeightSettings(TypedDict, total=False):
    """Settings of `Weighted` that several layers of a network share."""

    activation: str
    normalization: str
    scale: bool
    bias: bool


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """What layers with weights share. `fixed` marks class scores: hardly a switch changes them.

    `scale` False leaves batch-norm without its learned factor; `shortcut_kind` is the layer
    that brings a shortcut to the right shape.
    """

    activation: str = "relu"
    normalization: str = "none"
    scale: bool = True
    bias: bool = True
    initializer: str = "glorot_uniform"
    l2: float = 0.0
    residual: bool = False
    trainable: bool = True
    fixed: bool = False
    name: str = ""
    kind: ClassVar[str]

    def apply(self, x: Any) -> Any:
        """`x` after the weights and what follows them: normalization, shortcut, activation."""
        y = self.layer(x)(x)
        if self.normalization in BETWEEN:
            y = self._normalize(y)
        if self.residual:
            y = keras.layers.Add(name=f"{self.name}_add")([y, self.shortcut(x, y)])
        if not self._fused and self.activation != "linear":
            y = Act(self.activation, name=f"{self.name}_{self.activation}").apply(y)
        if self.normalization == "batch after activation":
            y = self._normalize(y)
        return y

    def layer(self, x: Any) -> "keras.Layer":
        """The layer with the weights, for the input `x`."""
        raise NotImplementedError

    def shortcut(self, x: Any, y: Any) -> Any:
        """The way around the layer: `x` itself, or projected to the shape of `y`."""
        raise NotImplementedError

    def settings(self, kernel: str = "kernel") -> dict[str, Any]:
        """The Keras arguments every layer with weights takes."""
        return {
            "activation": self.activation if self._fused else None,
            "use_bias": self.bias,
            f"{kernel}_initializer": self.initializer,
            f"{kernel}_regularizer": keras.regularizers.L2(self.l2) if self.l2 else None,
            "trainable": self.trainable,
            "name": self.name,
        }

    @property
    def _fused(self) -> bool:
        """Whether the activation may sit inside the layer: nothing stands between the two."""
        alone = self.normalization not in BETWEEN and not self.residual
        return alone and self.activation != "prelu"

    def _normalize(self, y: Any) -> Any:
        how = "layer" if self.normalization == "layer" else "batch"
        return Norm(how, scale=self.scale, name=f"{self.name}_norm").apply(y)


@dataclass(frozen=True)
class Conv(Weighted):
    """`filters` kernels of `kernel` pixels a side (or height and width), moved by `stride`."""

    kind: ClassVar[str] = "conv"
    filters: int
    kernel: int | tuple[int, int]
    stride: int = 1
    padding: str = "valid"

    def layer(self, x: Any) -> "keras.Layer":
        return keras.layers.Conv2D(
            self.filters, self.kernel, self.stride, self.padding, **self.settings()
        )

    def shortcut(self, x: Any, y: Any) -> Any:
        if tuple(x.shape) == tuple(y.shape):
            return x
        if self.padding != "same" and self.kernel != 1:
            raise LabError(
                f"{self.name} turns {_size(x)} into {_size(y)}, so no shortcut around it can be "
                f"added to its result; set Padding to 'same' or turn Residual off."
            )
        name = f"{self.name}_shortcut"
        return keras.layers.Conv2D(self.filters, 1, self.stride, self.padding, name=name)(x)


@dataclass(frozen=True)
class Depthwise(Weighted):
    """One kernel per channel, each looking at its own channel only."""

    kind: ClassVar[str] = "depthwise"
    kernel: int
    stride: int = 1
    padding: str = "same"

    def layer(self, x: Any) -> "keras.Layer":
        return keras.layers.DepthwiseConv2D(
            self.kernel, self.stride, self.padding, **self.settings("depthwise")
        )


@dataclass(frozen=True)
class Dense(Weighted):
    """`units` neurons, each of which sees every value that comes in."""

    kind: ClassVar[str] = "hidden"
    units: int

    def layer(self, x: Any) -> "keras.Layer":
        weights = x.shape[-1] * self.units
        if weights > MOST_WEIGHTS:
            raise LabError(
                f"{self.name} would hold {weights:,} weights; choose a smaller input, a smaller "
                f"Width, or Head 'global average pooling'."
            )
        return keras.layers.Dense(self.units, **self.settings())

    def shortcut(self, x: Any, y: Any) -> Any:
        if x.shape[-1] == self.units:
            return x
        return keras.layers.Dense(self.units, name=f"{self.name}_shortcut")(x)


@dataclass(frozen=True)
class Pool:
    """Keeps the largest ("max") or the mean ("average") value of every `size` x `size` window."""

    kind: ClassVar[str] = "pool"
    size: int
    stride: int = 0  # 0: as wide as the window
    how: str = "max"
    padding: str = "valid"
    name: str = ""

    def apply(self, x: Any) -> Any:
        pools = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
        return pools[self.how](self.size, self.stride or self.size, self.padding, name=self.name)(x)


@dataclass(frozen=True)
class Enlarge:
    """Every pixel `times` as high and wide; no layer at 1."""

    kind: ClassVar[str] = "enlarge"
    times: int
    name: str = ""

    def apply(self, x: Any) -> Any:
        return keras.layers.UpSampling2D(self.times, name=self.name)(x) if self.times > 1 else x


@dataclass(frozen=True)
class Norm:
    """Normalization as a layer of its own: "batch" or "layer"."""

    kind: ClassVar[str] = "norm"
    how: str = "batch"
    scale: bool = True
    name: str = ""

    def apply(self, x: Any) -> Any:
        if self.how == "layer":
            return keras.layers.LayerNormalization(name=self.name)(x)
        return keras.layers.BatchNormalization(scale=self.scale, name=self.name)(x)


@dataclass(frozen=True)
class Act:
    """An activation as a layer of its own; "prelu" learns one slope per channel."""

    kind: ClassVar[str] = "activation"
    activation: str = "relu"
    name: str = ""

    def apply(self, x: Any) -> Any:
        if self.activation == "prelu":
            shared = list(range(1, len(x.shape) - 1))
            return keras.layers.PReLU(shared_axes=shared, name=self.name)(x)
        return keras.layers.Activation(self.activation, name=self.name)(x)


@dataclass(frozen=True)
class Drop:
    """Sets a fraction `rate` of the values to zero, while training only; no layer at rate 0."""

    kind: ClassVar[str] = "dropout"
    rate: float = 0.0
    name: str = ""

    def apply(self, x: Any) -> Any:
        return keras.layers.Dropout(self.rate, name=self.name)(x) if self.rate else x


@dataclass(frozen=True)
class Head:
    """From maps to a vector: "flatten", or the "average", "max" or "depthwise" sum of every map.

    "depthwise" weights every position of every map, where an average takes all alike.
    Source: Chen et al., "MobileFaceNets", 2018, arXiv:1804.07573 (global depthwise convolution).
    """

    kind: ClassVar[str] = "head"
    how: str = "flatten"

    @property
    def name(self) -> str:
        return "global_pool" if self.how in ("average", "max") else "flatten"

    def apply(self, x: Any) -> Any:
        if self.how == "depthwise":
            _, height, width, _ = x.shape
            each = keras.layers.DepthwiseConv2D(
                (height, width), use_bias=False, name=GLOBAL_DEPTHWISE
            )
            x = each(x)
        heads = {
            "average": keras.layers.GlobalAveragePooling2D,
            "max": keras.layers.GlobalMaxPooling2D,
        }
        return heads.get(self.how, keras.layers.Flatten)(name=self.name)(x)


Part = Weighted | Pool | Enlarge | Norm | Act | Drop | Head
SOFTMAX = Act("softmax", name="softmax")


def scores(
    classes: int, *, apart: bool = True, initializer: str = "glorot_uniform"
) -> tuple[Part, ...]:
    """The last parts: one score per class, and softmax in a layer `apart` or inside."""
    dense = Dense(classes, activation="linear", initializer=initializer, fixed=True, name="scores")
    if apart:
        return (dense, SOFTMAX)
    return (replace(dense, activation="softmax", name="classes"),)


def named(parts: Iterable[Part]) -> list[Part]:
    """The parts with names where they had none: conv1, pool1, conv2 ..."""
    seen: Counter[str] = Counter()
    result: list[Part] = []
    for part in parts:
        seen[part.kind] += not part.name
        if part.name or isinstance(part, Head):  # a head is named by what it does
            result.append(part)
        else:
            result.append(replace(part, name=f"{part.kind}{seen[part.kind]}"))
    return result


def assemble(name: str, input_shape: tuple[int, int, int], parts: Iterable[Part]) -> "keras.Model":
    """The Keras model that applies the parts one after another."""
    x = image = keras.Input(input_shape, name="image")
    for part in parts:
        x = part.apply(x)
    return keras.Model(image, x, name=name)


def _size(x: Any) -> str:
    return "x".join(map(str, x.shape[1:]))
