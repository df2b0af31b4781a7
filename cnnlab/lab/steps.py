"""The step from one size to the next smaller one: what the page shows of it, ready to draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnlab import images, prediction
from cnnlab.errors import LabError
from cnnlab.evaluation import degradation
from cnnlab.evaluation.degradation import Size
from cnnlab.evaluation.questions import WhatIsLost
from cnnlab.lab.engine_calls import ask
from cnnlab.lab.ladders import size_of
from cnnlab.plots import maps
from cnnlab.prediction.board import PAD_SIDE
from cnnlab.runs import Run

if TYPE_CHECKING:
    from cnnlab.evaluation.ablation import Silenced, StepDown

MOST_PAIRS = 6
LAYERS = 4  # of feature maps, from the picture on


@dataclass(frozen=True)
class Neighbors:
    """Two sizes side by side, from the figures they were stored with.

    Attributes:
        sentence: What is lost.
        recall: By parameters in words, the share of each class it finds.
        pairs: Rows of the pairs of classes that merge, the most grown first.
        built: Rows of what limits their sight.
    """

    smaller: Size
    larger: Size
    sentence: str
    labels: tuple[str, ...]
    recall: dict[str, list[float]]
    pairs: list[dict[str, object]]
    built: list[dict[str, object]]


def side_by_side(smaller: Run, larger: Run) -> Neighbors:
    """What is known without asking anybody.

    Raises:
        LabError: one of them was never counted class by class.
    """
    sizes = [size_of(run) for run in (smaller, larger)]
    for run, size in zip((smaller, larger), sizes, strict=True):
        if size is None:
            raise LabError(f"{run.name} was not counted class by class: train it again to see why.")
    small, large = (size for size in sizes if size)
    labels = range(len(small.labels))
    return Neighbors(
        smaller=small,
        larger=large,
        sentence=degradation.lost(small, large),
        labels=small.labels,
        recall={_count(size): [size.recall(i) for i in labels] for size in (small, large)},
        pairs=_pairs(small, large),
        built=_built(small, large),
    )


def what_is_lost(smaller: Run, larger: Run) -> "StepDown":
    """Lost pictures and ablations, measured by the engine in one question.

    Raises:
        LabError: a model or the dataset is not there.
    """
    return ask(WhatIsLost(smaller.path, larger.path))


def explained(found: Neighbors, step: "StepDown") -> str:
    """Whether the larger one falls likewise once it lacks the same, in one sentence."""
    return degradation.explained(found.smaller, found.larger, step.ablations)


def maps_of(run: Run, raster: object, picture: np.ndarray | None) -> list[np.ndarray]:
    """The first feature maps of what is drawn, or of a picture where nothing is.

    Args:
        run: Any finished run.
        raster: As the pad sends it; "" or None where nothing is drawn.
        picture: uint8 `(h, w)` in the network's own size.

    Returns:
        `(height, width, maps)` for each of the first layers; empty with nothing to show.
    """
    shape = run.config.input_shape
    drawn = images.read_canvas(raster, PAD_SIDE)
    if drawn.any():
        shown = prediction.on_its_ground(run, drawn)
        prepared = images.prepare(shown, shape, run.config.preparation)
        return prediction.feature_maps(run, prepared.network_input, LAYERS)
    if picture is None:
        return []
    return prediction.feature_maps(run, picture.reshape(shape).astype(np.float32) / 255, LAYERS)


def kernel_pictures(size: Size, step: "StepDown | None") -> list[tuple[str, np.ndarray]]:
    """The first kernels in colors, each with what is left without it, where that was measured."""
    if size.anatomy is None or not size.anatomy.first_kernels.size:
        return []
    weights = size.anatomy.first_kernels[..., 0]
    scale = float(abs(weights).max()) or 1.0
    silenced = step.kernels if step else ()
    return [
        (
            _silent_words(number, silenced),
            maps.bytes_of(maps.colored(kernel, -scale, scale)),
        )
        for number, kernel in enumerate(weights)
    ]


def _silent_words(number: int, silenced: "Sequence[Silenced]") -> str:
    """A kernel's number, and what is left without it."""
    if number >= len(silenced):
        return f"{number + 1}"
    one = silenced[number]
    many = f"{one.label}s" if one.label.isdecimal() else one.label
    fall = f"{one.before:.0%} \u2192 {one.after:.0%}"
    return f"{number + 1}: without it {one.accuracy:.0%}; {many} {fall}"


def _pairs(small: Size, large: Size) -> list[dict[str, object]]:
    return [
        {
            "pair": f"{small.labels[merge.truth]} \u2192 {small.labels[merge.predicted]}",
            "smaller": merge.count,
            "larger": merge.before,
        }
        for merge in degradation.merges(small, large)[:MOST_PAIRS]
    ]


def _built(small: Size, large: Size) -> list[dict[str, object]]:
    if small.anatomy is None or large.anatomy is None:
        return []
    rows = {
        "pixels seen at a time": [f"{s.field}x{s.field}" for s in (small.anatomy, large.anatomy)],
        "finest maps": [f"{s.resolution}x{s.resolution}" for s in (small.anatomy, large.anatomy)],
        "kernels on the picture": [str(s.kernels) for s in (small.anatomy, large.anatomy)],
        "layers of kernels": [str(s.depth) for s in (small.anatomy, large.anatomy)],
        "numbers before the classes": [str(s.features) for s in (small.anatomy, large.anatomy)],
    }
    return [{"what": what, "smaller": a, "larger": b} for what, (a, b) in rows.items()]


def _count(size: Size) -> str:
    return f"{size.params:,} parameters"
