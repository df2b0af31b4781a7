"""Which test pictures, and which part of them, excite a filter most.

What a filter answers to in real pictures keeps the reader honest about a picture that was made
for it: both should show the same thing.

Source: Zeiler, Fergus, "Visualizing and Understanding Convolutional Networks", 2013,
arXiv:1311.2901.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.keras_graph import Call
from cnnlab.visualization._calls import run
from cnnlab.visualization._opened import Opened, open_run
from cnnlab.visualization.arithmetic.windows import Span, Window, in_picture
from cnnlab.visualization.samples import MOST, Samples, samples

if TYPE_CHECKING:
    import keras

BEST = 9
MOST_VALUES = 2_000_000_000  # of all maps of all pictures: a large network looks at fewer


@dataclass(frozen=True)
class Patch:
    """One test picture and the part of it that the filter's strongest value saw.

    `picture` is uint8 `(height, width, channels)`; `window` rows and columns of the receptive
    field inside it; `value` the map's value there; `place` the picture's number in the test
    part.
    """

    picture: np.ndarray
    window: Window
    value: float
    label: str
    place: int


@dataclass(frozen=True)
class Layer:
    """A layer's filters on the test pictures.

    Attributes:
        strongest: `(filters,)`, the largest value of each filter's map anywhere.
        dead: Filters of a layer without negative values that are 0 on every picture.
        looked: How many pictures.
    """

    strongest: np.ndarray
    dead: tuple[int, ...]
    looked: int


@dataclass(frozen=True)
class TopPatches:
    """The best patches for one filter, best first, and its layer as a whole.

    `classes` holds, for each class that was seen, the mean over its pictures of the filter's
    largest value, where it is negative 0.
    """

    patches: tuple[Patch, ...]
    layer: Layer
    classes: tuple[tuple[str, float], ...]

    @property
    def selectivity(self) -> float:
        """How much the filter prefers its best class: (best - others) / (best + others), 0..1.

        Of the class means; 1 where it answers to one class alone, 0 where all are alike.

        Source: Morcos et al., 2018, arXiv:1803.06959.
        """
        means = sorted((mean for _, mean in self.classes), reverse=True)
        others = sum(means[1:]) / max(1, len(means) - 1)
        total = means[0] + others if means else 0.0
        return (means[0] - others) / total if total else 0.0


def top_patches_run(path: str, dataset: str, layer: str, own: int, count: int = MOST) -> TopPatches:
    """The nine patches that excite filter `own` of a run's layer most; runs in the engine.

    All layers are measured at once and kept, so the next filter is answered at once.

    Raises:
        LabError: no such layer or filter, or the dataset is not on this machine.
    """
    opened = open_run(path)
    count = max(BEST, min(count, MOST_VALUES // opened.values_per_picture))
    pictures = samples(dataset, opened.input_shape, count)
    key = (dataset, len(pictures.places))
    if opened.memo.get("patches", (None,))[0] != key:
        opened.memo["patches"] = (key, measure(opened, pictures))
    return top_patches(opened, pictures, opened.memo["patches"][1], layer, own)


def measure(opened: Opened, pictures: Samples) -> list[tuple[np.ndarray, np.ndarray]]:
    """For every call: each filter's largest value in each picture, and where.

    Returns:
        Per call `(values, places)`, both `(pictures, filters)`; a place counts the map's cells
        row by row.
    """
    peaks = opened.memo.setdefault("peaks", _peaks(opened.calls))
    batches = [
        peaks.predict_on_batch(part.astype(np.float32) / 255)
        for part in opened.batches(pictures.pictures)
    ]
    joined = [np.concatenate([np.asarray(batch[n]) for batch in batches])
              for n in range(len(batches[0]))]  # fmt: skip
    return list(zip(joined[::2], joined[1::2], strict=True))


def _peaks(calls: tuple[Call, ...]) -> "keras.Model":
    """A Keras model that gives every filter's largest value and its place, call by call."""
    import keras

    class Peaks(keras.Model):
        def call(self, picture: Any) -> list[Any]:
            result = []
            for made in run(calls, picture):
                # A vector is a map of one cell.
                cells = keras.ops.reshape(made, (-1, *_cells(made.shape), made.shape[-1]))
                result += [keras.ops.max(cells, axis=1), keras.ops.argmax(cells, axis=1)]
            return result

    return Peaks()


def _cells(shape: tuple[int, ...]) -> tuple[int]:
    return (int(np.prod(shape[1:-1])) if len(shape) > 2 else 1,)


def top_patches(
    opened: Opened,
    pictures: Samples,
    measured: list[tuple[np.ndarray, np.ndarray]],
    layer: str,
    own: int,
) -> TopPatches:
    """The best patches for one filter.

    `measured` is what `measure` gave: by call each filter's largest value in each picture and its
    place, both `(pictures, filters)`.
    """
    number = opened.index(layer)
    values, places = measured[number]
    own = min(max(own, 0), values.shape[1] - 1)
    best = np.argsort(-values[:, own], kind="stable")[:BEST]
    strongest = values.max(axis=0)
    silent = values.min() >= 0
    whole = Layer(
        strongest=strongest,
        dead=tuple(np.flatnonzero(strongest <= 0).tolist()) if silent else (),
        looked=len(values),
    )
    patches = tuple(
        Patch(
            picture=pictures.pictures[i],
            window=_window(opened, number, int(places[i, own])),
            value=float(values[i, own]),
            label=pictures.labels[pictures.classes[i]],
            place=int(pictures.places[i]),
        )
        for i in best
    )
    return TopPatches(patches, whole, _by_class(pictures, np.maximum(values[:, own], 0)))


def _by_class(pictures: Samples, peaks: np.ndarray) -> tuple[tuple[str, float], ...]:
    """`peaks` `(pictures,)` averaged over each class there is."""
    return tuple(
        (str(pictures.labels[label]), float(peaks[pictures.classes == label].mean()))
        for label in np.unique(pictures.classes)
    )


def _window(opened: Opened, number: int, place: int) -> Window:
    call = opened.calls[number]
    if not call.is_map:
        return in_picture(opened, number, None)
    row, column = divmod(place, call.fixed_shape[1])
    return in_picture(opened, number, (Span(row, row), Span(column, column)))
