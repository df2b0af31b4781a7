"""Test pictures of a dataset to look at: never trained on, in the network's own size."""

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from cnnlab import datasets

MOST_KEPT = 3
MOST = 1000  # test pictures that are ever looked at


@dataclass(frozen=True)
class Samples:
    """Some test pictures, drawn once and for all.

    `pictures` is uint8 `(n, height, width, channels)`, `classes` `(n,)`; `labels` names the
    classes, `places` `(n,)` says where each stands in the part it is from. `fingerprint` and
    `variant` are those of the whole dataset; "" where nobody read it all.
    """

    pictures: np.ndarray
    classes: np.ndarray
    places: np.ndarray
    labels: tuple[str, ...]
    fingerprint: str = ""
    variant: str = ""


_kept: OrderedDict[tuple[str, str, tuple[int, int, int]], Samples] = OrderedDict()


def samples(dataset: str, input_shape: tuple[int, int, int], count: int = MOST) -> Samples:
    """The first `count` of a fixed shuffle of the test part; runs in the engine, and is kept.

    Args:
        dataset: A dataset on this machine.
        input_shape: (height, width, channels) the pictures are scaled to.
        count: At most 1,000.

    Raises:
        LabError: no such dataset, not on this machine, or it cannot be read.
    """
    height, width, channels = input_shape
    key = (dataset, datasets.stamp(dataset), (height, width, channels))
    if key not in _kept:
        _kept[key] = _read(dataset, (height, width, channels))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _first(_kept[key], count)


def examples(dataset: str, input_shape: tuple[int, int, int]) -> Samples:
    """The validation pictures that a training shows turning right or wrong, thinned out.

    Raises:
        LabError: no such dataset, not on this machine, or it cannot be read.
    """
    pictures, classes, labels = datasets.read_examples(dataset, input_shape)
    return Samples(datasets.small(pictures), classes, np.arange(len(classes)), labels)


def _read(dataset: str, shape: tuple[int, int, int]) -> Samples:
    parts = datasets.read(datasets.DATASETS[dataset])
    places = np.random.default_rng(0).permutation(len(parts.y_test))[:MOST]
    pictures, readable = parts.test.take(places, shape)
    places = places[readable]
    classes = np.asarray(parts.y_test)[places].astype(int)
    origin = (datasets.fingerprint(parts), parts.variant)
    return Samples(pictures[readable], classes, places, parts.labels, *origin)


def _first(all_of_them: Samples, count: int) -> Samples:
    whole = all_of_them
    return replace(
        whole,
        pictures=whole.pictures[:count],
        classes=whole.classes[:count],
        places=whole.places[:count],
    )
