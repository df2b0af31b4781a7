"""From a name to arrays a network can train on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnlab.datasets import _split
from cnnlab.datasets._card import DATASETS, DatasetCard, Parts, Pictures, Shape
from cnnlab.datasets._find import found_or_complain
from cnnlab.errors import DAMAGED, LabError, reason

VALIDATION_FRACTION = 0.1


@dataclass(frozen=True)
class Data:
    """A dataset ready for training: uint8 `(n, height, width, channels)`, labels int64 `(n,)`.

    The validation part is the source's own, or a fixed tenth of the training part, class by
    class; the test part is the source's own. `variant` says which form was read; `fingerprint`
    is the SHA-256 of what the source delivered, before any resizing; `skipped` counts
    unreadable pictures, `held_back` those of the test part that a room scores by.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    labels: tuple[str, ...]
    variant: str
    fingerprint: str
    skipped: int = 0
    held_back: int = 0

    @property
    def input_shape(self) -> Shape:
        """`(height, width, channels)` of every picture."""
        return tuple(self.x_train.shape[1:])


@dataclass(frozen=True)
class Split:
    """Which pictures belong to which part: indices into the source's training part, those of
    `validation` into its validation part where it has one.
    """

    train: np.ndarray
    validation: np.ndarray


def load(name: str, input_shape: Shape | None = None, limit: int | None = None) -> Data:
    """A dataset in one shape, split into training, validation and test part.

    Args:
        name: A key of `DATASETS`.
        input_shape: `(height, width, channels)`; None takes the card's own.
        limit: Keep at most so many training pictures, each class in proportion; validation
            and test part stay whole.

    Returns:
        The arrays, all pictures in `input_shape`.

    Raises:
        LabError: unknown name, dataset not on this machine, broken file, impossible shape.
    """
    card = DATASETS[name]
    shape = check_shape(card, input_shape)
    parts = read(card)
    split = split_of(parts, limit)
    x_train, y_train, lost_train = _take(parts.train, parts.y_train, split.train, shape)
    x_val, y_val, lost_val = _take(*held_out(parts, split), shape)
    x_test, y_test, lost_test = _take(parts.test, parts.y_test, None, shape)
    return Data(
        name=name,
        x_train=x_train,
        y_train=y_train,
        x_val=x_val,
        y_val=y_val,
        x_test=x_test,
        y_test=y_test,
        labels=parts.labels,
        variant=parts.variant,
        fingerprint=fingerprint(parts),
        skipped=parts.skipped + lost_train + lost_val + lost_test,
    )


def read(card: DatasetCard) -> Parts:
    """A dataset's parts as its source gives them.

    Raises:
        LabError: not on this machine, or a file of it is broken.
    """
    folder, layout = found_or_complain(card)
    try:
        return card.function(folder)
    except DAMAGED as error:
        names = ", ".join(layout.paths) or card.title
        raise LabError(
            f"{card.title} cannot be read from {folder} ({reason(error)}): delete {names} there "
            "and download it again."
        ) from error


def check_shape(card: DatasetCard, shape: Sequence[int] | None) -> Shape:
    """The shape pictures shall have; the card's own when none is asked for.

    Raises:
        LabError: not three whole numbers, a side outside 4..1024, or channels not 1 or 3.
    """
    if shape is None:
        return card.input_shape
    numbers = tuple(shape)
    sound = len(numbers) == 3 and all(isinstance(n, int | np.integer) for n in numbers)
    if not sound or not all(4 <= n <= 1024 for n in numbers[:2]) or numbers[2] not in (1, 3):
        raise LabError(
            "Pictures need a height and width between 4 and 1024 and 1 or 3 channels, like "
            f"28x28x1. Received: {'x'.join(map(str, numbers))}."
        )
    height, width, channels = map(int, numbers)
    return height, width, channels


def split_of(parts: Parts, limit: int | None = None) -> Split:
    """The fixed split of a dataset's training part, thinned to `limit` training pictures.

    Raises:
        LabError: `limit` keeps less than one picture a class.
    """
    if parts.y_validation is None:
        train, validation = _split.hold_out(parts.y_train, VALIDATION_FRACTION)
    else:
        train, validation = np.arange(len(parts.y_train)), np.arange(len(parts.y_validation))
    if limit is not None:
        if limit < len(parts.labels):
            raise LabError(
                f"A limit of {limit} training pictures is too small: {len(parts.labels)} classes "
                f"need at least {len(parts.labels)}."
            )
        train = train[_split.at_most(parts.y_train[train], limit)]
    return Split(train, validation)


def held_out(parts: Parts, split: Split | None = None) -> tuple[Pictures, np.ndarray, np.ndarray]:
    """The pictures and labels validation is taken from, and the places of its pictures there."""
    validation = (split or split_of(parts)).validation
    if parts.validation is None or parts.y_validation is None:
        return parts.train, parts.y_train, validation
    return parts.validation, parts.y_validation, validation


def validation_count(parts: Parts) -> int:
    """How many pictures a training keeps apart to be validated on."""
    return len(held_out(parts)[2])


def fingerprint(parts: Parts) -> str:
    """SHA-256 over everything the source delivered; two equal ones mean equal data."""
    digest = hashlib.sha256()
    named = [(parts.train, parts.y_train), (parts.test, parts.y_test)]
    if parts.validation is not None and parts.y_validation is not None:
        named.append((parts.validation, parts.y_validation))
    for pictures, labels in named:
        pictures.update(digest)
        digest.update(np.ascontiguousarray(labels, np.int64).tobytes())
    return digest.hexdigest()


def _take(
    pictures: Pictures, labels: np.ndarray, indices: np.ndarray | None, shape: Shape
) -> tuple[np.ndarray, np.ndarray, int]:
    """Pictures and labels `(x, y, number that could not be read)`."""
    if indices is None:
        indices = np.arange(len(labels))
    x, readable = pictures.take(indices, shape)
    if not readable.all():
        x, indices = x[readable], indices[readable]
    return x, labels[indices].astype(np.int64), int((~readable).sum())
