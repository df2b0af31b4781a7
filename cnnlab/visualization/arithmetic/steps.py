"""What one step of the arithmetic is: plain data, so that the pages read it without Keras."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Share:
    """What one input channel gives to a weighted sum: inputs times weights, added up.

    `inputs` and `weights` are `(height, width)`; where `outside` is true the window hangs over
    the border and reads a zero. `of` is the input map's shape when the sum is a dense layer's
    that reads a flattened map.
    """

    channel: int
    inputs: np.ndarray
    weights: np.ndarray
    outside: np.ndarray

    @property
    def products(self) -> np.ndarray:
        """`(height, width)`."""
        return self.inputs * self.weights

    @property
    def total(self) -> float:
        """The sum of the products."""
        return float(self.products.sum())


@dataclass(frozen=True)
class Step:
    """One operation on the way to a value.

    Attributes:
        title: What is done: "Weighted sum", "Bias", "ReLU".
        formula: The operation with the numbers put in.
        total: What it gives.
        shares: The parts of a weighted sum, one per input channel.
        window: What a pool looks at, `(height, width)`; NaN outside the map.
        terms: `(name, value)` of what a softmax or a join looks at; `chosen` is the own one.
    """

    title: str
    formula: str
    total: float
    shares: tuple[Share, ...] = ()
    window: np.ndarray | None = None
    terms: tuple[tuple[str, float], ...] = ()
    chosen: int = -1


def number(value: float) -> str:
    """A number short enough to read: four digits, a true minus."""
    text = f"{value:.4g}" if abs(value) < 1e-3 or abs(value) >= 1e4 else f"{value:.4f}"
    return text.replace("-", "−") if value else "0"


def added(value: float) -> str:
    """A term as it stands in a sum: "+ 0.5" or "− 0.5"."""
    return f"− {number(-value)}" if value < 0 else f"+ {number(value)}"
