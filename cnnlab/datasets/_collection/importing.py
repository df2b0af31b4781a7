"""From boxes to an own dataset, on the way that zips and folders go."""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from cnnlab.datasets._collection.pictures import pictures_of, way_of
from cnnlab.datasets._collection.places import changing, find_collection, read_record, write_record
from cnnlab.datasets._own import store
from cnnlab.datasets._own.importing import import_layout
from cnnlab.datasets._own.labels import names_for
from cnnlab.datasets._own.layout import Entry, Layout
from cnnlab.datasets._own.sources import File
from cnnlab.datasets._own.survey import MIN_PER_CLASS
from cnnlab.errors import LabError
from cnnlab.schema import Collection, ImportedPictures

UNEVEN = 1.5  # times as many in the largest class as in the smallest, and weights even them out
DRAWINGS, PHOTOS = ("digit", 28, 1), ("picture", 64, 3)


@dataclass(frozen=True)
class Counted:
    """What lies in the boxes.

    Attributes:
        counts: Pictures of each class by its key, in the page's order.
        drawn: How many of all were drawn on the pad.
        missing: Why no network can learn from it yet, in a sentence; "" where one can.
        mixed: A word of warning where some classes are drawn and others are not; else "".
    """

    counts: dict[str, int]
    drawn: int
    missing: str
    mixed: str

    @property
    def total(self) -> int:
        """Pictures in all boxes."""
        return sum(self.counts.values())

    @property
    def preparation(self) -> tuple[str, int, int]:
        """How they are kept unless the reader says otherwise: preparation, side and channels."""
        return DRAWINGS if 2 * self.drawn > self.total else PHOTOS

    @property
    def uneven(self) -> bool:
        """Whether the classes differ so much in size that weights should even them out."""
        counts = self.counts.values()
        return bool(counts) and max(counts) >= UNEVEN * min(counts) > 0


def count_boxes(folder: Path) -> Counted:
    """What lies in a collection's boxes, counted."""
    record = read_record(folder)
    ways = {box.key: [*map(way_of, pictures_of(folder, box.key))] for box in record.boxes}
    counts = {key: len(found) for key, found in ways.items()}
    drawn = {key: found.count("pad") for key, found in ways.items()}
    return Counted(counts, sum(drawn.values()), _missing(record, counts), _mixed(counts, drawn))


def _missing(record: Collection, counts: dict[str, int]) -> str:
    if len(record.boxes) < 2:
        return "A network needs two classes to tell apart: add another one."
    small = [box for box in record.boxes if counts[box.key] < MIN_PER_CLASS]
    few = [f"{box.label!r} has {counts[box.key]}" for box in small]
    if not few:
        return ""
    return (
        f"Every class needs {MIN_PER_CLASS} pictures, and 50 are better: {', '.join(few[:3])}"
        f"{' and others have few' if len(few) > 3 else ''}."
    )


def _mixed(counts: dict[str, int], drawn: dict[str, int]) -> str:
    some = {drawn[key] / count for key, count in counts.items() if count}
    if len(some) < 2 or not {0.0, 1.0} <= some:
        return ""
    return (
        "One class is drawn and another is not: a network may tell the pad from a photo and look "
        "no further. Bring each class both ways, or all in one."
    )


def import_collection(
    name: str,
    preparation: str,
    side: int,
    channels: int,
    progress: Callable[[int, int], None] | None = None,
) -> ImportedPictures:
    """Makes an own dataset of a collection; it is named after its classes.

    Args:
        name: The collection's folder's.
        preparation: "digit" or "picture", as `import_pictures`; so `side` and `channels`.
        progress: Called with (pictures done, pictures in all).

    Raises:
        LabError: too few classes or pictures, or as `import_pictures`.
    """
    folder = find_collection(name)
    if missing := count_boxes(folder).missing:
        raise LabError(missing)
    found = Layout(_entries(folder), 0, 0, ())
    wanted = _free_name(dict.fromkeys(entry.label for entry in found.entries))
    state = state_of(folder, preparation, side, channels)
    report = import_layout(found, wanted, side, channels, preparation, progress)
    with changing(folder) as record:
        write_record(folder, replace(record, dataset=report.name, dataset_of=state))
    return report


def made_already(folder: Path, preparation: str, side: int, channels: int) -> str:
    """The dataset made of just these pictures in just this way, if it is still there; else ""."""
    record = read_record(folder)
    if record.dataset_of != state_of(folder, preparation, side, channels):
        return ""
    return record.dataset if (store.own_dir() / record.dataset[len("own-") :]).exists() else ""


def state_of(folder: Path, preparation: str, side: int, channels: int) -> str:
    """A fingerprint of the classes, their pictures and what is to be made of them."""
    boxes = [(box.label, pictures_of(folder, box.key)) for box in read_record(folder).boxes]
    words = repr((boxes, preparation, side, channels))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _entries(folder: Path) -> list[Entry]:
    """Every picture with its class, in the order of both."""
    boxes = {box.label: box.key for box in read_record(folder).boxes}
    files, entries = _Files(folder), []
    for raw, label in names_for(boxes).items():
        for name in reversed(pictures_of(folder, boxes[raw])):
            place = f"{boxes[raw]}/{name}"
            size = (folder / place).stat().st_size
            entries.append(Entry(File(files, place, (boxes[raw], name), size), label, ""))
    return entries


def _free_name(labels: Iterable[str]) -> str:
    """ "cat-dog" from the classes' names, with a number where there is such a dataset."""
    plain = [re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:12] for label in labels]
    stem = "-".join(filter(None, plain))[:34].strip("-") or "own"
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(name for name in names if not (store.own_dir() / name).exists())


class _Files:
    """A collection's folder as a place that pictures are read from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sizes(self) -> dict[str, int]:
        """Not asked for: the boxes say which files there are."""
        return {}

    def read(self, key: str, most: int = -1) -> bytes:
        """A picture's bytes, at most `most` of them."""
        with open(self._folder / key, "rb") as stream:
            return stream.read(most)
