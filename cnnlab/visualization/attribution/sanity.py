"""A check of the heat maps themselves: what is left of one when the network knows nothing?

A method that explains the network must give another picture once the weights are shuffled; one
that gives nearly the same shows the edges of the picture, not what was learned.

Source: Adebayo et al., "Sanity Checks for Saliency Maps", 2018, arXiv:1810.03292 (cascading
randomization from the last layer to the first).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnlab.visualization._opened import Opened, open_run
from cnnlab.visualization.attribution.heat import attribute

if TYPE_CHECKING:
    import keras

PASSES_BELOW = 0.5


@dataclass(frozen=True)
class Stage:
    """The heat map with part of the weights shuffled.

    `values` is `(height, width)`; `correlation` its likeness to the trained network's map, -1..1
    (see `rank_correlation`); `layers` how many layers were shuffled.
    """

    title: str
    values: np.ndarray
    correlation: float
    layers: int


@dataclass(frozen=True)
class SanityCheck:
    """The stages, from the trained network to one that knows nothing."""

    method: str
    stages: tuple[Stage, ...]

    @property
    def passed(self) -> bool:
        """Whether the map changed when all weights were shuffled: correlation below 0.5."""
        return abs(self.stages[-1].correlation) < PASSES_BELOW


def sanity_check_run(
    path: str, image: np.ndarray, method: str, label: int, layer: str | None
) -> SanityCheck:
    """`sanity_check` of an image `(height, width, channels)` by the run in `path`."""
    return sanity_check(open_run(path), image, method, label, layer)


def sanity_check(
    opened: Opened, image: np.ndarray, method: str, label: int, layer: str | None = None
) -> SanityCheck:
    """One method's heat map while the network forgets: last layer, last half, all layers.

    Args:
        opened: A model laid open; its weights are as before afterwards.
        image: `(height, width, channels)`, floats in 0..1.
        method: A key of `ATTRIBUTIONS`.
        label: Class index, 0-based.
        layer: For Grad-CAM; None takes the last convolution.

    Raises:
        LabError: what `heat.activations` refuses.
    """
    total = len(_blocks(opened))
    counts = dict.fromkeys([0, 1, -(-total // 2), total])
    stages: list[Stage] = []
    for count in counts:
        with randomized(opened, count):
            values = attribute(opened, image, [method], label, layer).heats[0].values
        first = stages[0].values if stages else values
        stages.append(Stage(_title(count, total), values, rank_correlation(first, values), count))
    return SanityCheck(method, tuple(stages))


def _title(count: int, all_layers: int) -> str:
    if count == 0:
        return "As trained"
    if count == all_layers:
        return f"All {all_layers} layers shuffled"
    return "Last layer shuffled" if count == 1 else f"Last {count} layers shuffled"


def _blocks(opened: Opened) -> "list[list[keras.Operation]]":
    """The layers with weights, first to last; one that only scales goes with the one before."""
    blocks: list[list[keras.Operation]] = []
    for layer in dict.fromkeys(call.layer for call in opened.calls):
        weights = getattr(layer, "weights", [])
        if weights and (not blocks or any(len(weight.shape) > 1 for weight in weights)):
            blocks.append([layer])
        elif weights:
            blocks[-1].append(layer)
    return blocks


@contextmanager
def randomized(opened: Opened, count: int) -> Iterator[None]:
    """Over the `with`, the weights of the last `count` layers stand in random order.

    Normalizations count with the convolution or dense layer before them.

    A shuffled array keeps its mean and spread, so the values that flow stay in their range; what
    was learned is gone. The order is the same at every call.
    """
    blocks = _blocks(opened)
    layers = [layer for block in blocks[len(blocks) - count :] for layer in block]
    kept = [layer.get_weights() for layer in layers]
    rng = np.random.default_rng(0)
    opened.forget_passes()
    try:
        for layer, arrays in zip(layers, kept, strict=True):
            layer.set_weights([rng.permuted(a, axis=None).reshape(a.shape) for a in arrays])
        yield
    finally:
        for layer, arrays in zip(layers, kept, strict=True):
            layer.set_weights(arrays)
        opened.forget_passes()


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation of two maps `(height, width)`, -1..1, where either is not zero.

    Places that are zero in both (a black background that no gradient reaches) would count as
    likeness though they say nothing. 0 where one of the maps is the same everywhere.

    Source: Spearman, The American Journal of Psychology 15, 1904.
    """
    there = (one != 0) | (other != 0)
    ranks = [_ranks(heat[there]) for heat in (one, other)]
    if len(ranks[0]) < 2:
        return 0.0
    spread = [float(rank.std()) for rank in ranks]
    if not all(spread):
        return 0.0
    centered = [rank - rank.mean() for rank in ranks]
    return float((centered[0] * centered[1]).mean() / (spread[0] * spread[1]))


def _ranks(values: np.ndarray) -> np.ndarray:
    """Place in the sorted order; equal values share their mean place."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    return ((last - counts + last - 1) / 2)[inverse]
