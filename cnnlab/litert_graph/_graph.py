"""What a LiteRT file says: values, and the steps that make one of others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

import numpy as np

Option = int | float | bool | str


@dataclass(frozen=True)
class Value:
    """What flows between two steps, or is known from the start.

    Attributes:
        name: The file's word for it.
        shape: With a batch of 1 where it flows.
        kind: "float32", "int8", ...
        data: The numbers themselves, of a constant.
        scales, zeros: Of an integer value `scale * (q - zero)`, one each or one for each slice
            along `axis`; empty for floats.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    data: np.ndarray | None = None
    scales: np.ndarray = field(default_factory=lambda: np.zeros(0))
    zeros: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    axis: int = 0

    @property
    def size(self) -> int:
        """How many numbers."""
        return prod(self.shape)

    @property
    def real(self) -> np.ndarray:
        """A constant's numbers as float32, whatever they are kept as."""
        assert self.data is not None
        if not len(self.scales):
            return self.data.astype(np.float32)
        along = [1] * self.data.ndim
        if len(self.scales) > 1:
            along[self.axis] = -1
        scales, zeros = self.scales.reshape(along), self.zeros.reshape(along)
        return ((self.data.astype(np.float64) - zeros) * scales).astype(np.float32)


@dataclass(frozen=True)
class Step:
    """One operation.

    Attributes:
        kind: LiteRT's name, as "CONV_2D".
        inputs: Numbers of values; -1 where an optional one is left out.
        output: Number of the value it makes.
        options: The file's own settings, by name.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True)
class Graph:
    """Steps in an order they can be taken in; `entry` and `end` are numbers of values."""

    values: Mapping[int, Value]
    steps: tuple[Step, ...]
    entry: int
    end: int
