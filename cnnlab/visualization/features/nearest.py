"""Which training pictures a picture is most like: for the network, and pixel by pixel.

The network's own features are what its last layer with weights reads; of maps their mean over all
places. Two pictures that are near each other there are nearly the same to it.

Source: Papernot and McDaniel, "Deep k-Nearest Neighbors", 2018, arXiv:1803.04765.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab import datasets, progress
from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Call
from cnnlab.visualization._calls import run
from cnnlab.visualization._opened import Opened, open_run

if TYPE_CHECKING:
    import keras

MOST = 2000  # training pictures that are looked through
MOST_VALUES = 60_000_000  # of all their pixels together
BEST = 6
MOST_KEPT = 2


@dataclass(frozen=True)
class Neighbor:
    """One training picture: uint8 `(height, width, channels)`, its class, where it stands.

    `distance` is Euclidean: between features, or between pixels in 0..1.
    """

    picture: np.ndarray
    label: str
    place: int
    distance: float


@dataclass(frozen=True)
class Neighbors:
    """The training pictures nearest to one picture, nearest first.

    Attributes:
        run: The run's name.
        layer: The layer whose input the features are.
        features: How many numbers they are.
        looked: How many training pictures were looked through.
        by_features, by_pixels: The nearest, either way.
    """

    run: str
    layer: str
    features: int
    looked: int
    by_features: tuple[Neighbor, ...]
    by_pixels: tuple[Neighbor, ...]


@dataclass(frozen=True)
class _Learned:
    """Training pictures uint8 `(n, height, width, channels)`, classes and places `(n,)`."""

    pictures: np.ndarray
    classes: np.ndarray
    places: np.ndarray
    labels: tuple[str, ...]


_kept: OrderedDict[tuple[str, str, tuple[int, int, int]], _Learned] = OrderedDict()


def nearest_run(path: str, image: np.ndarray, dataset: str, best: int = BEST) -> Neighbors:
    """The training pictures nearest to `image` `(height, width, channels)`; runs in the engine.

    Pictures and their features are kept for the next question.

    Raises:
        LabError: no model yet, the dataset is not on this machine, or another size of picture.
    """
    opened = open_run(path)
    learned = _learned(dataset, opened.input_shape)
    key = dataset, datasets.stamp(dataset)
    if opened.memo.get("learned", (None,))[0] != key:
        features = features_of(opened, learned.pictures.astype(np.float32) / 255)
        opened.memo["learned"] = (key, features)
    known = opened.memo["learned"][1]
    image = opened.checked(image)
    own = features_of(opened, image[None])[0]
    pixels = learned.pictures.reshape(len(learned.pictures), -1).astype(np.float32) / 255
    return Neighbors(
        run=Path(path).name,
        layer=opened.calls[_last_weighted(opened)].name,
        features=len(own),
        looked=len(learned.pictures),
        by_features=_nearest(learned, known, own, best),
        by_pixels=_nearest(learned, pixels, image.ravel(), best),
    )


def features_of(opened: Opened, images: np.ndarray) -> np.ndarray:
    """The network's features `(n, features)` of pictures `(n, height, width, channels)`.

    Raises:
        LabError: a network without weights.
    """
    number = _last_weighted(opened)
    read = opened.calls[number].reads[0]
    if read == INPUT:
        return images.reshape(len(images), -1)
    probe = opened.memo.setdefault("features", _probe(opened.calls[: read + 1]))
    found, done = [], 0
    for part in opened.batches(images):
        progress.tell(done, len(images), "training pictures")
        found.append(np.asarray(probe.predict_on_batch(part)))
        done += len(part)
    return np.concatenate(found)


def _last_weighted(opened: Opened) -> int:
    """The number of the last call with a kernel."""
    for number in range(len(opened.calls) - 1, -1, -1):
        call = opened.calls[number]
        if call.weights and len(call.weights[0].shape) > 1:
            return number
    raise LabError("This network has no layer with a kernel, so it has no features of its own.")


def _probe(calls: tuple[Call, ...]) -> "keras.Model":
    """A Keras model that gives what the last of the calls makes, as one row for each picture."""
    import keras

    class Features(keras.Model):
        def call(self, picture: Any) -> Any:
            made = run(calls, picture)[-1]
            if len(made.shape) == 4:
                return keras.ops.mean(made, axis=(1, 2))
            return keras.ops.reshape(made, (-1, math.prod(made.shape[1:])))

    return Features()


def _learned(dataset: str, shape: tuple[int, int, int]) -> _Learned:
    key = dataset, datasets.stamp(dataset), shape
    if key not in _kept:
        count = max(BEST, min(MOST, MOST_VALUES // math.prod(shape)))
        _kept[key] = _Learned(*datasets.read_training(dataset, shape, count))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _nearest(
    learned: _Learned, known: np.ndarray, own: np.ndarray, best: int
) -> tuple[Neighbor, ...]:
    """`known` is `(n, values)`, `own` `(values,)`."""
    distances = np.sqrt(((known - own) ** 2).sum(axis=1))
    return tuple(
        Neighbor(
            picture=learned.pictures[i],
            label=learned.labels[learned.classes[i]],
            place=int(learned.places[i]),
            distance=float(distances[i]),
        )
        for i in np.argsort(distances, kind="stable")[:best]
    )
