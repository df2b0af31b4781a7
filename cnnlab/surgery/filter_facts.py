"""One filter: its weights, what excites it, the classes it answers to, what it costs to lose it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnlab import datasets
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.surgery import plan
from cnnlab.surgery._filters import operable
from cnnlab.surgery.operating import bench
from cnnlab.surgery.outcome import Outcome
from cnnlab.visualization.features.maximization import maximize_run
from cnnlab.visualization.features.patches import TopPatches, top_patches_run

MOST_CHANNELS = 16


@dataclass(frozen=True)
class FilterFacts:
    """All that is known of one filter of a run as it was trained.

    Attributes:
        kernel: `(n, height, width)`, its weights for the first 16 channels it reads.
        reads: How many channels it reads.
        norm: Euclidean length of its weights; `bias` None where there is none.
        wish: `(height, width, channels)`, a picture made to excite it, floats in 0..1.
        found: The test pictures that excite it most and the classes it answers to, or why none.
        cost: What becomes of the sample of test pictures once it is silenced, or why not measured.
    """

    layer: str
    filter: int
    kernel: np.ndarray
    reads: int
    norm: float
    bias: float | None
    wish: np.ndarray
    found: TopPatches | LabError
    cost: Outcome | LabError


def filter_facts(folder: str | Path, layer: str, number: int) -> FilterFacts:
    """Everything about filter `number` of a layer; runs in the engine.

    Raises:
        LabError: no model yet, no such layer or filter.
    """
    place = bench(folder)
    own = operable(place.model, place.places, layer).read(number)
    wishes = maximize_run(str(folder), layer, number, 1)
    return FilterFacts(
        layer=layer,
        filter=number,
        kernel=own.kernel[..., :MOST_CHANNELS].transpose(2, 0, 1),
        reads=own.kernel.shape[2],
        norm=float(np.linalg.norm(own.kernel)),
        bias=own.bias,
        wish=wishes.pictures[0],
        found=_found(place.run, layer, number),
        cost=_cost(folder, layer, number),
    )


def _found(run: Run, layer: str, number: int) -> TopPatches | LabError:
    try:
        return top_patches_run(str(run.path), datasets.stand_in(run.config.dataset), layer, number)
    except LabError as error:
        return error


def _cost(folder: str | Path, layer: str, number: int) -> Outcome | LabError:
    try:
        return bench(folder).outcome([plan.planned("silence", layer, number)], whole=False)
    except LabError as error:
        return error
