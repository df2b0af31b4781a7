"""What a quantized network is made of: a few operations on int8 values, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

import numpy as np

from cnnlab.integer._packing import WHOLE, packed


@dataclass(frozen=True)
class Tensor:
    """An int8 value that flows: real number = `scale * (q - zero)`.

    `shape` is that of one picture's value, `(height, width, channels)` or `(classes,)`.
    """

    shape: tuple[int, ...]
    scale: float = 1.0
    zero: int = 0

    @property
    def size(self) -> int:
        """Numbers in it, and bytes."""
        return prod(self.shape)

    @property
    def spatial(self) -> tuple[int, int, int]:
        """`(height, width, channels)`; a row of numbers is one place with many channels."""
        if len(self.shape) == 3:
            return self.shape[0], self.shape[1], self.shape[2]
        return 1, 1, self.size


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One step; `inputs` and `output` are numbers of tensors.

    `table`, where there is one, is applied to each number that comes out: 256 answers for -128 to
    127.
    """

    name: str
    inputs: tuple[int, ...]
    output: int
    table: np.ndarray | None = None

    @property
    def constants(self) -> tuple[np.ndarray, ...]:
        """What it brings along: numbers that a chip keeps in its flash."""
        own = (getattr(self, name) for name in self.__dataclass_fields__)
        return tuple(value for value in own if isinstance(value, np.ndarray))


@dataclass(frozen=True, kw_only=True)
class Pool(Operation):
    """The largest number, or the mean, of each window; what is padded does not count."""

    largest: bool
    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)
    low: int = -128
    high: int = 127


@dataclass(frozen=True, kw_only=True)
class Convolution(Operation):
    """A convolution of any groups; a dense layer is one of 1x1 on a single place.

    Attributes:
        weights: int8 `(filters, kernel height, kernel width, channels of a group)`.
        bias: int32, one for each filter.
        wholes, shifts: What brings a filter's sum to the output's steps; see `_fixed.factor`.
        groups: Depthwise: as many as channels.
        stride, dilation: (down, across).
        padding: Zeros (above, left).
        low, high: Where the output ends, by its activation.
        zero: The output's zero point, before any table.
        pool: What follows place by place, so that the map between them is never kept.
        bits: Of a weight as a chip keeps it: 8, or 4 or 2 where `steps` holds all there are.
        steps: int8, the values a weight of so few bits stands for.
    """

    weights: np.ndarray
    bias: np.ndarray
    wholes: np.ndarray
    shifts: np.ndarray
    groups: int = 1
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    low: int = -128
    high: int = 127
    zero: int = 0
    pool: Pool | None = None
    bits: int = WHOLE
    steps: np.ndarray | None = None

    @property
    def stored(self) -> np.ndarray:
        """The weights as a chip keeps them: int8, or uint8 with several in each byte."""
        if self.steps is None:
            return self.weights
        return packed(self.weights, self.bits, self.steps)

    @property
    def constants(self) -> tuple[np.ndarray, ...]:
        """With the weights as a chip keeps them."""
        own = super().constants
        return tuple(self.stored if value is self.weights else value for value in own)

    @property
    def summed(self) -> int:
        """Number of the tensor of its own sums, in front of any pooling."""
        return self.pool.inputs[0] if self.pool else self.output


@dataclass(frozen=True, kw_only=True)
class Mean(Operation):
    """The mean over all places, brought to the output's steps by `whole` and `shift`."""

    whole: int
    shift: int


@dataclass(frozen=True, kw_only=True)
class Lookup(Operation):
    """A function of one number: nothing but its `table`."""


@dataclass(frozen=True, kw_only=True)
class Reshape(Operation):
    """The same numbers in another shape: nothing to do."""


@dataclass(frozen=True, kw_only=True)
class Add(Operation):
    """Sum of two values, or of a value and a constant, whose places repeat if it is shorter.

    Both are brought to one finer step first (`factors`, one each), then to the output's
    (`after`); `sign` is -1 for a difference, `zeros` are those of the sides.
    """

    factors: tuple[tuple[int, int], tuple[int, int]]
    after: tuple[int, int]
    zeros: tuple[int, int]
    sign: int = 1
    constant: np.ndarray | None = None
    low: int = -128
    high: int = 127
    zero: int = 0


@dataclass(frozen=True, kw_only=True)
class Multiply(Operation):
    """Product of two values, or of a value and a constant, whose places repeat if shorter."""

    after: tuple[int, int]
    zeros: tuple[int, int]
    constant: np.ndarray | None = None
    low: int = -128
    high: int = 127
    zero: int = 0


@dataclass(frozen=True, kw_only=True)
class Concatenate(Operation):
    """Values side by side: `outer` times a block of each."""

    outer: int


@dataclass(frozen=True, kw_only=True)
class Tile(Operation):
    """Each of `outer` blocks repeated `times`."""

    outer: int
    times: int


@dataclass(frozen=True, kw_only=True)
class Pad(Operation):
    """Zeros around a map: (above, below, left, right)."""

    around: tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Softmax(Operation):
    """Shares of 256: exp by `powers`, 16-bit shares of the largest; the sum has 32 bits."""

    powers: np.ndarray


@dataclass(frozen=True)
class Network:
    """A whole quantized network.

    Attributes:
        tensors: By number.
        operations: In an order they can be taken in.
        entry, end: Numbers of tensors.
        pixels: int8 for each pixel 0..255: what a picture is turned into first.
    """

    tensors: Mapping[int, Tensor]
    operations: tuple[Operation, ...]
    entry: int
    end: int
    pixels: np.ndarray = field(default_factory=lambda: np.arange(-128, 128).astype(np.int8))

    @property
    def constant_bytes(self) -> int:
        """Bytes of all weights, biases, factors and tables."""
        plain = (self.pixels.astype(int) == np.arange(-128, 128)).all()
        own = sum(c.nbytes for operation in self.operations for c in operation.constants)
        return own + (0 if plain else 256)

    @property
    def macs(self) -> int:
        """Multiplications with a weight for one picture."""
        return sum(self._sums(op) * op.weights[0].size for op in self._convolutions)

    @property
    def sums(self) -> int:
        """Sums of such products for one picture."""
        return sum(map(self._sums, self._convolutions))

    @property
    def _convolutions(self) -> list[Convolution]:
        return [op for op in self.operations if isinstance(op, Convolution)]

    def _sums(self, op: Convolution) -> int:
        return self.tensors[op.summed].size
