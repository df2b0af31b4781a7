"""Filters in numbers: how strong, how alike, how far from where they started."""

from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError

# A filter this much weaker than the layer's median one does next to nothing.
DEAD_SHARE = 0.01
# Filters whose weights point this nearly the same way (cosine) do the same work twice.
TWIN_COSINE = 0.98
_FEWEST_WEIGHTS = 4  # of a filter, for its direction to mean anything


@dataclass(frozen=True)
class Kernels:
    """One layer's kernels at one moment: `values` is `(height, width, in, filters)`, floats.

    `moment` is "initial", "final" (the best epoch's) or an epoch's number. A depthwise layer's
    filters read one channel each: `in` is 1.
    """

    layer: str
    moment: str
    values: np.ndarray

    @property
    def filters(self) -> int:
        """How many filters the layer has."""
        return self.values.shape[3]

    @property
    def reads(self) -> int:
        """How many input channels one filter reads."""
        return self.values.shape[2]

    @property
    def pointwise(self) -> bool:
        """Whether its kernels are single weights (1x1): mixers of channels, blind to shape."""
        return self.values.shape[:2] == (1, 1)


@dataclass(frozen=True)
class Measures:
    """A layer's filters in numbers, arrays `(filters,)`.

    Attributes:
        norm: Root of the sum of squared weights; `mean` and `spread` (standard deviation) of
            the weights.
        moved: How far the weights went from another moment's, as a share of their norm there.
        dead: Filters whose norm is below 1 % of the layer's median norm.
        twins: Filter -> the first earlier one whose weights point the same way (cosine of the
            two at least 0.98).
    """

    norm: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    moved: np.ndarray
    dead: tuple[int, ...]
    duplicates: dict[int, int]


def measure(new: Kernels, old: Kernels) -> Measures:
    """A layer's filters at one moment, and how far they moved from another."""
    weights = new.values.reshape(-1, new.filters).astype(np.float64)  # (weights, filters)
    start = old.values.reshape(-1, old.filters)
    norm = np.linalg.norm(weights, axis=0)
    before = np.linalg.norm(start, axis=0)
    return Measures(
        norm=norm,
        mean=weights.mean(axis=0),
        spread=weights.std(axis=0),
        moved=np.linalg.norm(weights - start, axis=0) / np.where(before, before, 1.0),
        dead=tuple(np.flatnonzero(norm < DEAD_SHARE * np.median(norm)).tolist()),
        duplicates=_duplicates(weights, norm),
    )


def _duplicates(weights: np.ndarray, norm: np.ndarray) -> dict[int, int]:
    if len(weights) < _FEWEST_WEIGHTS:
        return {}
    directions = weights / np.where(norm, norm, 1.0)
    alike = np.triu(directions.T @ directions >= TWIN_COSINE, k=1)
    return {int(j): int(alike[:, j].argmax()) for j in np.flatnonzero(alike.any(axis=0))}


def composite(kernels: Kernels) -> np.ndarray:
    """First-layer kernels as color pictures: `(height, width, 3, filters)`, floats in 0..1.

    Red, green and blue weights of a filter are the red, green and blue of its pixels, gray is
    zero; every filter uses the whole range.

    Raises:
        LabError: the layer does not read three channels.
    """
    if kernels.reads != 3:
        raise LabError(
            f"{kernels.layer} reads {kernels.reads} channels: only kernels that read red, green "
            "and blue can be shown in color."
        )
    largest = np.abs(kernels.values).max(axis=(0, 1, 2), keepdims=True)
    return 0.5 + 0.5 * kernels.values / np.where(largest, largest, 1.0)
