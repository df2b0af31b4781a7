"""A training once more, for one picture: kernels, feature maps and answer at every kept moment."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cnnlab import progress
from cnnlab.errors import DAMAGED, LabError
from cnnlab.runs import Run
from cnnlab.schema import best_epoch
from cnnlab.visualization._opened import Opened, open_run
from cnnlab.visualization.features import kernels

MOST_SIDE = 32  # a larger map is thinned out: it moves, it is not read off


@dataclass(frozen=True)
class Wanted:
    """What of a layer is followed: `most` filters from the `first` on, by one input channel."""

    layer: str
    channel: int = 0
    first: int = 0
    most: int = 16


@dataclass(frozen=True)
class Reel:
    """One run's frames, in the order of its training.

    Attributes:
        epochs: Of each frame; 0 is before the first step.
        filters: Their numbers.
        kernels: `(frames, filters, height, width)`; of a 1x1 filter its weights laid out in a
            near square, NaN where there is none.
        maps: `(frames, filters, height, width)`, what those filters make of the picture; NaN at
            moments of which only the kernels are known, None for a layer without kernels.
        probabilities: `(frames, classes)`, NaN likewise.
    """

    epochs: tuple[int, ...]
    filters: tuple[int, ...] = ()
    kernels: np.ndarray | None = None
    maps: np.ndarray | None = None
    probabilities: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def known(self) -> np.ndarray:
        """`(frames,)`: whether the answer at that moment is known."""
        return np.isfinite(self.probabilities).all(axis=1)


def replay(folder: str | Path, image: np.ndarray, wanted: Wanted) -> Reel:
    """What the run in `folder` made of an image `(height, width, channels)`, moment by moment.

    The best epoch is computed with the run's own model, the others with the weights kept then.

    Raises:
        LabError: no model yet, a picture of another shape, or a damaged snapshot.
    """
    run, opened = Run(Path(folder)), open_run(folder)
    image = opened.checked(image)
    best = _best(run)
    moments = _moments(run, best)
    shown = _kernels(run, moments, wanted) if wanted.layer else None
    made = []
    for number, moment in enumerate(moments.values()):
        progress.tell(number, len(moments), "moments")
        made.append(_made(run, opened, image, moment, best, wanted))
    maps = _filled([maps for maps, _ in made]) if wanted.layer else None
    filters = maps.shape[1] if maps is not None else 0
    return Reel(
        epochs=tuple(moments),
        filters=tuple(range(wanted.first, wanted.first + filters)),
        kernels=shown,
        maps=maps,
        probabilities=_filled([answer for _, answer in made]),
    )


def _best(run: Run) -> int:
    """The epoch whose weights the model has; 0 for one that was not trained here."""
    history = run.history
    by_loss = run.config.recipe.keeps_lowest_loss
    return best_epoch(history, run.config.best_from, by_loss) if history else 0


def _moments(run: Run, best: int) -> dict[int, str]:
    """Epoch -> the moment's name, in order; the best epoch stands for the finished weights."""
    found = {0: "initial"} | {int(m): m for m in kernels.moments(run) if m.isdecimal()}
    if "initial" not in kernels.moments(run):
        found.pop(0)
    found[best] = found.get(best, "final") if best else "final"
    return dict(sorted(found.items()))


def _kernels(run: Run, moments: dict[int, str], wanted: Wanted) -> np.ndarray:
    layers = [kernels.read(run, wanted.layer, name) for name in moments.values()]
    channel = min(wanted.channel, layers[0].reads - 1)
    some = slice(wanted.first, wanted.first + wanted.most)
    if len({layer.values.shape for layer in layers}) > 1:
        raise LabError(f"The kernels of {run.name} changed their shape: choose another run.")
    return np.stack(
        [
            _squares(layer.values[0, 0, :, some])
            if layer.pointwise
            else layer.values[:, :, channel, some].transpose(2, 0, 1)
            for layer in layers
        ]
    )


def _squares(weights: np.ndarray) -> np.ndarray:
    """`(channels, filters)` as `(filters, height, width)`: one cell for each channel read."""
    channels, filters = weights.shape
    width = math.ceil(math.sqrt(channels))
    height = math.ceil(channels / width)
    cells = np.full((filters, height * width), np.nan, np.float32)
    cells[:, :channels] = weights.T
    return cells.reshape(filters, height, width)


def _made(
    run: Run, opened: Opened, image: np.ndarray, moment: str, best: int, wanted: Wanted
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """(maps, probabilities) at a moment; None where its weights are not known."""
    if moment == "final" or (moment.isdecimal() and int(moment) == best):
        return _looked(opened, image, wanted)
    weights = _weights(run, moment)
    if weights is None or [w.shape for w in weights] != [w.shape for w in opened.model.weights]:
        return None, None
    with _as_then(opened, weights):
        return _looked(opened, image, wanted)


def _looked(
    opened: Opened, image: np.ndarray, wanted: Wanted
) -> tuple[np.ndarray | None, np.ndarray]:
    outputs = [array[0] for array in opened.outputs(image[None])]
    answer = outputs[opened.output].reshape(-1)
    if not wanted.layer:
        return None, answer
    # A separable layer has kernels of two kinds and maps of one.
    name = wanted.layer.removesuffix(" depthwise").removesuffix(" pointwise")
    maps = outputs[opened.index(name)]
    maps = maps[..., wanted.first : wanted.first + wanted.most].transpose(2, 0, 1)
    step = -(-max(maps.shape[1:]) // MOST_SIDE)
    return maps[:, ::step, ::step], answer


def _weights(run: Run, moment: str) -> list[np.ndarray] | None:
    """What was kept then, in the model's order; None where nothing readable was."""
    name = f"{int(moment):05d}" if moment.isdecimal() else moment
    try:
        with np.load(run.weights_dir / f"{name}.npz") as file:
            return [file[key].astype("float32") for key in sorted(file.files)]
    except DAMAGED:
        return None  # that moment alone is blank, and the page says so


@contextmanager
def _as_then(opened: Opened, weights: list[np.ndarray]) -> Iterator[None]:
    """Over the `with`, the model has these weights."""
    kept = opened.model.get_weights()
    try:
        opened.model.set_weights(weights)
        yield
    finally:
        opened.model.set_weights(kept)


def _filled(arrays: list[np.ndarray | None]) -> np.ndarray:
    """One array of all frames; what is not known is NaN. The best epoch is always known."""
    shape = next(array.shape for array in arrays if array is not None)
    blank = np.full(shape, np.nan, np.float32)
    return np.stack([blank if array is None else array for array in arrays])
