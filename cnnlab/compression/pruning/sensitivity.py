"""How much of each layer could go? One layer thinned at a time, nothing trained on."""

import functools
from dataclasses import dataclass
from pathlib import Path

from cnnlab import datasets, evaluation, progress
from cnnlab.runs import Run

SHARES = (0.0, 0.25, 0.5, 0.75, 0.9)
_MOST_PICTURES = 1000
_MOST_WORK = 4e11  # multiply-accumulates spent on all the curves together


@dataclass(frozen=True)
class Curve:
    """Validation accuracy without the weakest filters of one layer (or of layers that are added).

    `filters` is how many there are; `points` pairs the share taken out with the accuracy left.
    """

    layers: tuple[str, ...]
    filters: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Sensitivity:
    """Curves of all layers whose filters may go; `unprunable` says why others may not."""

    pictures: int
    curves: tuple[Curve, ...]
    unprunable: dict[str, str]


def sensitivity(folder: str) -> Sensitivity:
    """Measure a run's layers on validation pictures; runs in the engine.

    Raises:
        LabError: no model yet, or its dataset is not on this machine.
    """
    run = Run(Path(folder))
    stamp = run.model_file.stat().st_mtime_ns if run.model_file.is_file() else 0
    return _measured(run, stamp, datasets.stamp(datasets.stand_in(run.config.dataset)))


@functools.lru_cache(maxsize=20)
def _measured(run: Run, _stamp: int, _data: str) -> Sensitivity:
    from cnnlab.compression.pruning._dependency_graph import dependency_graph
    from cnnlab.compression.pruning._importance import MacCounter, importance_scores
    from cnnlab.compression.pruning._masks import apply_masks
    from cnnlab.compression.pruning._surgery import channel_masks

    model = evaluation.load_model(run)
    data = evaluation.data_of(run)
    channels = dependency_graph(model)
    groups = channels.groups()
    whole = MacCounter(model, channels).without(set())
    affordable = int(_MOST_WORK / max(1.0, whole * (len(groups) * len(SHARES) + 1)))
    count = max(50, min(_MOST_PICTURES, len(data.x_val), affordable))
    pictures, truth = data.x_val[:count], data.y_val[:count]
    importance, kept = importance_scores(model, channels), model.get_weights()

    def accuracy() -> float:
        predicted = evaluation.predict_all(model, pictures).argmax(axis=1)
        return float((predicted == truth).mean())

    untouched, curves = accuracy(), []
    for number, (names, roots) in enumerate(groups):
        progress.tell(number, len(groups), "groups of layers")
        least_important = sorted(roots.tolist(), key=importance.__getitem__)
        points = [(0.0, untouched)]
        for share in SHARES[1:]:
            removed = set(
                least_important[
                    : min(len(least_important) - 1, round(share * len(least_important)))
                ]
            )
            apply_masks(list(channel_masks(model, channels, removed)))
            points.append((share, accuracy()))
            model.set_weights(kept)
        curves.append(Curve(tuple(names), len(least_important), tuple(points)))
    return Sensitivity(count, tuple(curves), dict(channels.unprunable))


def worst(found: Sensitivity, share: float) -> list[tuple[str, float]]:
    """Layers by what they lose at `share`, the most sensitive first: (layers, points lost)."""
    losses = [
        (", ".join(curve.layers), 100 * (curve.points[0][1] - dict(curve.points)[share]))
        for curve in found.curves
    ]
    return sorted(losses, key=lambda pair: -pair[1])
