"""What is known about a dataset before a byte of it is read, and what a loader returns."""

import functools
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from cnnlab.errors import LabError
from cnnlab.registry import FunctionCard, Registry

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class RemoteFile:
    """One official file: its name below the data folder, address, checksum and size in bytes.

    `checksum` reads "sha256:..." or "md5:..."; it is what the source or Keras publishes. Where
    `unpack` names members of an archive, only these are kept of it.
    """

    name: str
    address: str
    checksum: str
    size_bytes: int
    unpack: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One form in which a dataset may lie in a folder: every one of `paths` must be there.

    `variant` says in the reader's words what it is ("CIFAR-10, JPEG quality 75"). A form that may
    hold less than the source has a `count`: from its first path to its numbers of training and
    test pictures, read without decoding any.
    """

    variant: str
    paths: tuple[str, ...]
    count: Callable[[Path], tuple[int, int]] | None = None


@dataclass(frozen=True)
class Whole:
    """The dataset another one is a part of: its training pictures come from there, its test
    pictures from the whole's test part. `fingerprint` is the whole's own.
    """

    dataset: str
    title: str
    fingerprint: str
    train_count: int
    test_count: int


class Digest(Protocol):
    """What `hashlib` makes: it takes in bytes, one after the other."""

    def update(self, data: Any, /) -> None: ...


class Pictures(Protocol):
    """Pictures that are read or decoded only when asked for."""

    def __len__(self) -> int: ...

    def take(self, indices: np.ndarray, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
        """Pictures `(n, *shape)` as uint8, and which of the `indices` could be read (bool, n)."""
        ...

    def update(self, digest: Digest) -> None:
        """Feeds every byte that decides the pictures into a `hashlib` digest."""
        ...


@dataclass(frozen=True)
class Parts:
    """A dataset as its source gives it: training and test part, labels 0-based int64.

    `variant` names the form that was read; `skipped` counts files that were no pictures. Few
    sources name a validation part; where none is named, one is held out of the training part.
    """

    train: Pictures
    y_train: np.ndarray
    test: Pictures
    y_test: np.ndarray
    labels: tuple[str, ...]
    variant: str
    skipped: int = 0
    validation: Pictures | None = None
    y_validation: np.ndarray | None = None


@dataclass(frozen=True, kw_only=True)
class DatasetCard(FunctionCard):
    """A dataset before it is loaded.

    `input_shape` is what networks are offered, `(height, width, channels)`; `native_shape` is
    the source's own, None where the pictures differ in size. `part_of` names the dataset of which
    this one is a part; what a run trained on the whole never saw of it is the test part alone.
    `preparation` is "digit" (white strokes on black, centred as in MNIST) or "picture". Counts
    are the official ones. `ground` is "light" where the pictures are drawings on a light ground,
    "dark" on a dark one; `prepared` says how many of its test pictures their preparation changed,
    "" where nobody counted; `notes` are plain sentences a reader of its figures should know.
    `split_here`: the source names no test part, so another form or copy of the data may keep
    other pictures apart. `leads`: its shipped runs come first, and stand where nobody chose any.
    """

    input_shape: Shape
    native_shape: Shape | None
    labels: tuple[str, ...]
    train_count: int
    test_count: int
    preparation: str = "picture"
    license: str = ""
    citation: str = ""
    files: tuple[RemoteFile, ...] = ()
    layouts: tuple[Layout, ...] = field(default=(), repr=False)
    part_of: Whole | None = None
    ground: str = ""
    notes: tuple[str, ...] = ()
    prepared: str = ""
    split_here: bool = False
    leads: bool = False

    @property
    def kin(self) -> tuple[str, ...]:
        """Its name and that of the dataset it is a part of: networks made for one fit the other."""
        return (self.name, self.part_of.dataset) if self.part_of else (self.name,)

    @property
    def share(self) -> str:
        """What part of the whole its test pictures are: "2,000 of MNIST's 10,000"; "" for none."""
        whole = self.part_of
        return f"{self.test_count:,} of {whole.title}'s {whole.test_count:,}" if whole else ""

    @property
    def size_bytes(self) -> int:
        """What a download would fetch; 0 for a dataset that is built in or the reader's own."""
        return sum(file.size_bytes for file in self.files)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The official addresses, in the order of `files`."""
        return tuple(file.address for file in self.files)


class DatasetRegistry(Registry[DatasetCard]):
    """The built-in datasets, smallest download first, then the reader's own (`own-<name>`).

    Own datasets come and go while the server runs, so they are looked up, never kept.
    """

    def __getitem__(self, name: object) -> DatasetCard:
        if str(name).startswith("own-"):
            return _own().own_card(str(name))
        if not super().__contains__(name) and (own := f"own-{name}") in self:
            raise LabError(f"There is no dataset {name!r}; did you mean {own!r}?")
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or any(card.name == name for card in _own().own_cards())

    def __iter__(self) -> Iterator[DatasetCard]:
        yield from sorted(super().__iter__(), key=lambda card: card.size_bytes)
        yield from _own().own_cards()


def _own() -> ModuleType:
    """The module of own datasets, which needs this one first."""
    return importlib.import_module("cnnlab.datasets._own.store")


DATASETS = DatasetRegistry("dataset", DatasetCard, "cnnlab.datasets")
dataset = DATASETS.register


@functools.cache
def leads(name: str) -> bool:
    """Whether the shipped runs on a dataset come first; of an unknown one they do not."""
    return any(card.leads for card in DATASETS if card.name == name)
