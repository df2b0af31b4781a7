"""Which units of a network matter least, and what the network costs without them."""

import keras
import numpy as np

from cnnlab import summary
from cnnlab.compression.pruning._dependency_graph import DependencyGraph
from cnnlab.keras_graph import layers

LEAST = 0.05  # of a group's units stay, at least one: a layer without filters is none


def importance_scores(
    model: keras.Model, channels: DependencyGraph, norm: str = "L1"
) -> dict[int, float]:
    """How much each unit weighs, by root: a number without unit, 1 being the mean of its layer.

    The norm of the filter, times what batch-norm multiplies it by; the mean over all layers that
    make the unit.
    """
    factors = _batch_norm_scales(model, channels)
    found: dict[int, list[float]] = {}
    for name, layer in layers(model).items():
        if name not in channels.out_channels:
            continue
        kernel = layer.pointwise_kernel if hasattr(layer, "pointwise_kernel") else layer.kernel
        values = np.asarray(kernel).reshape(-1, kernel.shape[-1])
        sizes = np.abs(values).sum(0) if norm == "L1" else np.sqrt(np.square(values).sum(0))
        roots = channels.roots(channels.out_channels[name]).tolist()
        sizes = sizes * [factors.get(root, 1.0) for root in roots]
        mean = sizes[sizes > 0].mean() if (sizes > 0).any() else 1.0
        for root, size in zip(roots, sizes / mean, strict=True):
            found.setdefault(root, []).append(float(size))
    return {root: float(np.mean(values)) for root, values in found.items()}


def dead_units(model: keras.Model, channels: DependencyGraph) -> set[int]:
    """Roots of the units whose filters are all zeros."""
    may_go = {root for _, roots in channels.groups() for root in roots.tolist()}
    return {root for root, size in importance_scores(model, channels).items() if not size} & may_go


def _batch_norm_scales(model: keras.Model, channels: DependencyGraph) -> dict[int, float]:
    """What the batch-norms multiply each unit by, their mean."""
    found: dict[int, list[float]] = {}
    for name, layer in layers(model).items():
        if not isinstance(layer, keras.layers.BatchNormalization):
            continue
        if name not in channels.in_channels:
            continue
        gamma = np.asarray(layer.gamma) if layer.scale else 1.0
        factor = np.abs(gamma) / np.sqrt(np.asarray(layer.moving_variance) + layer.epsilon)
        roots = channels.roots(channels.in_channels[name]).tolist()
        for root, value in zip(roots, factor, strict=True):
            found.setdefault(root, []).append(float(value))
    return {root: float(np.mean(values)) for root, values in found.items()}


def least_important(
    model: keras.Model, channels: DependencyGraph, share: float, spread: str, norm: str = "L1"
) -> set[int]:
    """Roots of the units to take out so that `share` of the MACs goes, as nearly as can be."""
    importance = importance_scores(model, channels, norm)
    groups = [sorted(roots.tolist(), key=importance.__getitem__) for _, roots in channels.groups()]
    macs = MacCounter(model, channels)
    wanted = (1.0 - share) * macs.without(set())
    low, high = 0.0, 1.0
    for _ in range(30):  # halving: the smallest depth of cut that saves enough
        middle = (low + high) / 2
        if macs.without(_removed_at(groups, importance, middle, spread)) > wanted:
            low = middle
        else:
            high = middle
    return _removed_at(groups, importance, high, spread)


def _removed_at(
    groups: list[list[int]], importance: dict[int, float], depth: float, spread: str
) -> set[int]:
    """The weakest units at a depth of 0 (none) to 1 (all but the last of each group)."""
    most = [len(group) - max(1, round(LEAST * len(group))) for group in groups]
    if spread == "even":
        counts = [min(m, round(depth * len(g))) for g, m in zip(groups, most, strict=True)]
        return {root for group, n in zip(groups, counts, strict=True) for root in group[:n]}
    may_go = [root for group, m in zip(groups, most, strict=True) for root in group[:m]]
    may_go.sort(key=lambda root: (importance[root], root))
    return set(may_go[: round(depth * len(may_go))])


class MacCounter:
    """A network's multiply-accumulates as a function of the units that are gone."""

    def __init__(self, model: keras.Model, channels: DependencyGraph) -> None:
        self._channels = channels
        self._whole = {row.name: row.macs for row in summary.summarize(model).layers}
        self._roots = {
            name: [channels.roots(numbers) for numbers in self._sides(name)]
            for name in channels.in_channels
        }

    def _sides(self, name: str) -> list[np.ndarray]:
        sides = [self._channels.in_channels[name]]
        return (
            [*sides, self._channels.out_channels[name]]
            if name in self._channels.out_channels
            else sides
        )

    def without(self, removed: set[int]) -> float:
        """MACs of one picture; every layer's fall with its channels in and out."""
        absent = np.array(sorted(removed), int)
        total = 0.0
        for name, whole in self._whole.items():
            for roots in self._roots.get(name, ()):
                whole *= 1.0 - np.isin(roots, absent).mean()
            total += whole
        return total
