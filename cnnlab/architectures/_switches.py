"""The switches at work: each rewrites a network's parts before the model is built."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypedDict, TypeVar

from cnnlab.architectures._keras import keras
from cnnlab.architectures._knobs import SOURCE
from cnnlab.architectures._parts import (
    Act,
    Conv,
    Dense,
    Drop,
    Head,
    Norm,
    Part,
    Pool,
    Weighted,
    assemble,
    named,
)
from cnnlab.errors import LabError

DEEPER = "_deeper"  # in the names of what the depth switch adds
HEADS = {
    "flatten": "flatten",
    "global average pooling": "average",
    "global max pooling": "max",
    "global depthwise": "depthwise",
}


P = TypeVar("P", bound=Part)


class BranchedValues(TypedDict, total=False):
    """What `Switches` takes, for networks that hand on what their readers chose.

    Without `residual`: a network with branches of its own decides where they go.
    """

    width: float
    depth: int
    kernel_size: int | str
    downsampling: str
    normalization: str
    activation: str
    dropout: float | str
    head: str
    padding: str
    initializer: str
    l2: float


class SwitchValues(BranchedValues, total=False):
    """All that `Switches` takes, for networks that are a row of parts."""

    residual: bool


@dataclass(frozen=True)
class Switches:
    """Where the switches stand; at the defaults every part stays as the source wrote it.

    The fields are the knobs of the same names (`_knobs`). `plain` builds a network that is a
    row of parts, `add` serves networks with branches.
    """

    width: float = 1.0
    depth: int = 1
    kernel_size: int | str = SOURCE
    downsampling: str = SOURCE
    normalization: str = SOURCE
    activation: str = SOURCE
    dropout: float | str = SOURCE
    head: str = SOURCE
    residual: bool = False
    padding: str = SOURCE
    initializer: str = SOURCE
    l2: float = 0.0

    def plain(
        self, name: str, input_shape: tuple[int, int, int], parts: Iterable[Part]
    ) -> "keras.Model":
        """The network of `parts` in a row, first to last, after every switch had its turn.

        Raises:
            LabError: switches that contradict each other; the message names the layer.
            ValueError: Keras: the input is too small for a layer.
        """
        deep = deepen(downsample(named(parts), self.downsampling), self.depth)
        tuned = map(self.tune, _with_dropout(deep, self.dropout))
        return assemble(name, input_shape, [part for part in tuned if part])

    def add(self, part: Part, x: Any) -> Any:
        """`x` after the part as the switches want it; one that is switched off hands `x` on."""
        tuned = self.tune(part)
        return tuned.apply(x) if tuned else x

    def tune(self, part: Part) -> Part | None:
        """The part after the switches that need not know its neighbors; None: switched off."""
        if isinstance(part, Norm):  # another normalization takes the place of the source's
            return part if self.normalization == SOURCE else None
        if isinstance(part, Drop):
            return _set(part, rate=self.dropout)
        if isinstance(part, Head):
            return _set(part, how=HEADS.get(self.head, SOURCE))
        if isinstance(part, Act):
            return part if part.activation == "softmax" else _set(part, activation=self.activation)
        return self._tune_weights(part) if isinstance(part, Weighted) else part

    def _tune_weights(self, part: Weighted) -> Weighted:
        part = _set(part, initializer=self.initializer, l2=self.l2 or SOURCE)
        if part.fixed:
            return part
        part = _set(
            part,
            normalization=self.normalization,
            activation=SOURCE if part.activation == "linear" else self.activation,
            residual=self.residual or SOURCE,
        )
        if isinstance(part, Dense):
            return replace(part, units=_times(part.units, self.width))
        return (
            self._tune_kernel(part)
            if isinstance(part, Conv)
            else _set(part, kernel=self.kernel_size)
        )

    def _tune_kernel(self, part: Conv) -> Conv:
        """Another kernel for all but 1x1; what `deepen` added keeps the size of its maps."""
        part = replace(part, filters=_times(part.filters, self.width))
        if isinstance(part.kernel, int) and part.kernel > 1:
            part = _set(part, kernel=self.kernel_size)
        return part if DEEPER in part.name else _set(part, padding=self.padding)


def deepen(parts: list[Part], depth: int) -> list[Part]:
    """`depth` layers in place of one; dense layers only where there is no convolution."""
    kind = Conv if any(isinstance(part, Conv) for part in parts) else Dense
    result: list[Part] = []
    for part in parts:
        result.append(part)
        if isinstance(part, kind) and not part.fixed:
            result += [_again(part, number) for number in range(2, depth + 1)]
    return result


def _again(part: Conv | Dense, number: int) -> Part:
    """One more layer like `part`, which leaves the size of its maps alone."""
    name = f"{part.name}{DEEPER}{number}"
    if isinstance(part, Conv):
        return replace(part, stride=1, padding="same", name=name)
    return replace(part, name=name)


def downsample(parts: list[Part], how: str) -> list[Part]:
    """Strides into pools, pools into strides (Springenberg et al., 2014, arXiv:1412.6806)."""
    if how == SOURCE:
        return parts
    return _strided(parts) if how == "stride" else _pooled(parts, how.removesuffix(" pooling"))


def _pooled(parts: list[Part], how: str) -> list[Part]:
    """Every stride of a convolution becomes a pool behind it; every pool is of one kind."""
    result: list[Part] = []
    for part in parts:
        if isinstance(part, Conv) and part.stride > 1:
            pool = Pool(part.stride, how=how, padding="same", name=f"{part.name}_pool")
            result += [replace(part, stride=1), pool]
        else:
            result.append(replace(part, how=how) if isinstance(part, Pool) else part)
    return result


def _strided(parts: list[Part]) -> list[Part]:
    """Every pool is dropped, and its stride goes to the convolution before it."""
    result: list[Part] = []
    for part in parts:
        if not isinstance(part, Pool):
            result.append(part)
            continue
        before = [(i, p) for i, p in enumerate(result) if isinstance(p, Conv)]
        if not before:
            raise LabError(
                f"{part.name} has no convolution before it that could take its stride; "
                f"set Downsampling to 'source'."
            )
        last, conv = before[-1]
        result[last] = replace(conv, stride=conv.stride * (part.stride or part.size))
    return result


def _with_dropout(parts: list[Part], rate: float | str) -> list[Part]:
    """Where the source has no dropout and one is wanted: one before the class scores."""
    if isinstance(rate, str) or not rate or any(isinstance(part, Drop) for part in parts):
        return parts
    last = max(i for i, part in enumerate(parts) if isinstance(part, Weighted))
    return [*parts[:last], Drop(rate, name="dropout"), *parts[last:]]


def _set(part: P, **settings: Any) -> P:
    """The part with new settings; "source" keeps its own."""
    changed: dict[str, Any] = {key: value for key, value in settings.items() if value != SOURCE}
    return replace(part, **changed)


def _times(count: int, width: float) -> int:
    return max(1, round(count * width))
