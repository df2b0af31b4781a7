"""Twenty validation pictures to watch: two of each of the first ten classes, always the same."""

import numpy as np

from cnnlab.datasets._card import DATASETS, Shape
from cnnlab.datasets._load import held_out, read, split_of

EXAMPLES = 20
_MOST_CLASSES = 10
_SEED = 7


def example_places(labels: np.ndarray) -> np.ndarray:
    """Which of the validation pictures of these labels `(n,)`: places `(at most 20,)`.

    One of each of the first ten classes, then another of each, and so on; classes with fewer
    pictures leave their place to the others.
    """
    present = np.unique(labels)[:_MOST_CLASSES].tolist()
    each = [
        np.random.RandomState(_SEED).permutation(np.flatnonzero(labels == label)).tolist()
        for label in present
    ]
    rounds = range(max((len(places) for places in each), default=0))
    turns = [places[turn] for turn in rounds for places in each if turn < len(places)]
    return np.array(turns[:EXAMPLES], np.int64)


def read_examples(name: str, shape: Shape) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """The pictures a training on dataset `name` in `shape` would show, before it begins.

    Returns:
        Pictures `(n, height, width, channels)` uint8, classes `(n,)`, and all classes' names.

    Raises:
        LabError: no such dataset, not on this machine, or it cannot be read.
    """
    parts = read(DATASETS[name])
    pictures, labels, indices = held_out(parts)
    places = indices[example_places(np.asarray(labels)[indices])]
    shown, readable = pictures.take(places, shape)
    return shown[readable], np.asarray(labels)[places[readable]].astype(np.int64), parts.labels


def read_training(
    name: str, shape: Shape, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[str, ...]]:
    """At most `count` training pictures of dataset `name` in `shape`, drawn once and for all.

    Returns:
        Pictures `(n, height, width, channels)` uint8, classes `(n,)`, where each stands in the
        source's training part `(n,)`, and all classes' names.

    Raises:
        LabError: no such dataset, not on this machine, or it cannot be read.
    """
    parts = read(DATASETS[name])
    train = split_of(parts).train
    places = train[np.random.default_rng(_SEED).permutation(len(train))[:count]]
    shown, readable = parts.train.take(places, shape)
    places = places[readable]
    return shown[readable], np.asarray(parts.y_train)[places].astype(np.int64), places, parts.labels


def small(pictures: np.ndarray, side: int = 96) -> np.ndarray:
    """Pictures `(n, height, width, channels)` thinned out to at most `side` pixels a side."""
    step = -(-max(pictures.shape[1:3]) // side)
    return pictures[:, ::step, ::step]
