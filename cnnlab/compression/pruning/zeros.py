"""Where a pruned network's zeros are: each layer's weights as a map."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cnnlab.runs import Run

SIDE = 160  # pixels of a map, about; where a layer has more weights, one stands for several
KEPT, ZERO = (0, 114, 178), (222, 226, 231)


@dataclass(frozen=True)
class LayerZeros:
    """One layer's weights.

    Attributes:
        shape: Of the kernel, as Keras has it.
        zeros: How many of its `weights` are zero.
        filters: Its outputs; `empty` of them read nothing any more.
        picture: uint8 `(height, width, 3)`, a row of cells for each weight of a filter, a column
            for each filter: blue where there is a weight, pale where there is none, between where
            a pixel stands for several.
    """

    name: str
    shape: tuple[int, ...]
    weights: int
    zeros: int
    filters: int
    empty: int
    picture: np.ndarray

    @property
    def share(self) -> float:
        """Of its weights that are zero, 0..1."""
        return self.zeros / max(1, self.weights)


def zeros(run: "Run") -> tuple[LayerZeros, ...]:
    """The layers with kernels, front to back.

    Raises:
        LabError: no model was saved yet, or its file is damaged.
    """
    from cnnlab import evaluation
    from cnnlab.compression._steps import kernels

    return tuple(
        _layer(name, np.asarray(variables[0]))
        for name, variables in kernels(evaluation.load_model(run)).items()
    )


def _layer(name: str, weights: np.ndarray) -> LayerZeros:
    depthwise = weights.ndim == 4 and weights.shape[-1] == 1
    columns = weights.shape[-2] if depthwise else weights.shape[-1]
    there = weights.reshape(-1, columns) != 0
    return LayerZeros(
        name,
        tuple(weights.shape),
        weights.size,
        int((~there).sum()),
        columns,
        int((~there.any(axis=0)).sum()),
        _map(there),
    )


def _map(there: np.ndarray) -> np.ndarray:
    """Booleans `(rows, columns)` as colors, about `SIDE` pixels a side."""
    shares = there.astype("float64")
    for axis in (0, 1):
        count = shares.shape[axis]
        starts = np.linspace(0, count, min(count, SIDE), endpoint=False).astype(int)
        lengths = np.diff([*starts, count])
        lengths = lengths.reshape((-1, 1) if axis == 0 else (1, -1))
        shares = np.add.reduceat(shares, starts, axis=axis) / lengths
    for axis in (0, 1):
        shares = shares.repeat(-(-SIDE // shares.shape[axis]), axis=axis)
    kept, bare = np.array(KEPT), np.array(ZERO)
    return np.rint(bare + shares[..., None] * (kept - bare)).astype(np.uint8)
