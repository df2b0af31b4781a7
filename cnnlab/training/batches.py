"""The pictures in training order: a new, seeded order each epoch, the same on every machine."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from cnnlab import augmentation
from cnnlab.schema import Recipe

_MOST_KEPT = 256 * 2**20  # bytes of pictures kept as floats


class Batches(keras.utils.PyDataset):
    """Batches of pictures `(n, height, width, channels)` in 0..1 and one-hot labels.

    Order and augmentation of epoch `e` depend on (seed, e) alone, so a resumed training sees
    what an unbroken one would have seen. Without `training`: in order, as they are.

    In place of pictures, uint8, there may be floats of any shape, handed on as they are. With
    `beside`, arrays that have a row for each picture, a batch's input is a tuple: the pictures
    and their rows.
    """

    def __init__(
        self,
        pictures: np.ndarray,
        labels: np.ndarray,
        classes: int,
        recipe: Recipe,
        training: bool = True,
        beside: Sequence[np.ndarray] = (),
    ) -> None:
        super().__init__()
        self._pictures, self._y, self._beside = pictures, labels, beside
        self._targets = np.eye(classes, dtype="float32")
        self.size = recipe.batch_size
        self._seed, self._training = recipe.seed, training
        changes = augmentation.settings(recipe.augmentation) if training else {}
        self._changes = changes if any(changes.values()) else {}
        self.epoch = 0

    @property
    def pictures(self) -> int:
        """How many pictures one epoch holds."""
        return len(self._pictures)

    @property
    def plain(self) -> bool:
        """Whether the batches are `parts` in `order` and nothing else."""
        return not self._changes and not self._beside and self._pictures.dtype == np.uint8

    @property
    def parts(self) -> tuple[np.ndarray, np.ndarray]:
        """All pictures as they came, and one-hot labels `(n, classes)`."""
        return self._pictures, self._targets[self._y]

    @property
    def order(self) -> np.ndarray:
        """The epoch's order, positions in `parts`, int `(pictures,)`."""
        return self._order

    @property
    def epoch(self) -> int:
        """The epoch, 0-based, whose order is in force; whoever trains sets it."""
        return self._epoch

    @epoch.setter
    def epoch(self, epoch: int) -> None:
        self._epoch = epoch
        order = np.arange(self.pictures)
        if self._training:
            order = np.random.default_rng([self._seed, epoch]).permutation(order)
        self._order = order

    def __len__(self) -> int:
        return -(-self.pictures // self.size)

    def __getitem__(self, index: int) -> tuple[Any, np.ndarray]:
        chosen = self._order[index * self.size : (index + 1) * self.size]
        x = _floats(self._x[chosen])
        y = self._targets[self._y[chosen]]
        if self._beside:
            return (x, *(rows[chosen] for rows in self._beside)), y
        if not self._changes:
            return x, y
        return augmentation.augment_batch(x, y, self._changes, self._seed, self.epoch, index)

    @functools.cached_property
    def _x(self) -> np.ndarray:
        """Turned into floats once where there is room, else batch by batch."""
        small = self._pictures.size * 4 <= _MOST_KEPT
        return _floats(self._pictures) if small else self._pictures


def _floats(pictures: np.ndarray) -> np.ndarray:
    """Pictures in 0..1 as float32; floats of another size as they are."""
    if pictures.dtype == np.uint8:
        return np.divide(pictures, 255, dtype="float32")
    return pictures.astype("float32", copy=False)
