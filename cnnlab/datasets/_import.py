"""The reader's own pictures, from a zip or folder to a dataset on disk."""

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cnnlab import images
from cnnlab.datasets import _own, _split
from cnnlab.datasets._process import run_task
from cnnlab.datasets._survey import Entry, count_classes, find_entries
from cnnlab.datasets._untrusted import open_source
from cnnlab.errors import LabError
from cnnlab.images.read import BROKEN

SIDES = (28, 32, 64, 96, 128)
MAX_ARRAY_BYTES = 512 * 2**20
TEST_FRACTION = 0.2
CHUNK = 8
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Imported:
    """What became of the pictures: the new dataset's name, and what was left out and why."""

    name: str
    counts: dict[str, int]
    test_count: int
    broken: int
    duplicates: int
    contradictions: int
    others: int


def import_pictures(
    source: str | Path,
    name: str,
    side: int = 64,
    channels: int = 3,
    preparation: str = "picture",
    progress: Progress | None = None,
) -> Imported:
    """Makes the dataset `own-<name>` from a zip or folder with one subfolder per class.

    Pictures that cannot be read, stand there twice, or stand in two classes are left out and
    counted. A fifth of each class becomes the test part, unless folders named train and test
    decide it.

    Args:
        source: The zip or folder.
        name: Letters, digits and dashes; becomes part of the dataset's name.
        side: Height and width every picture is brought to, one of `SIDES`.
        channels: 3 for color, 1 for gray.
        preparation: "picture" cuts to the middle; "digit" finds the ink and centers it.
        progress: Called with (pictures done, pictures in all).

    Raises:
        LabError: an unsafe or unsuitable source, a name that is taken, a disk that refuses.
    """
    name = _own.free_name(name)
    files = open_source(source)
    entries, others = find_entries(files)
    count_classes(entries)
    shape = _shape(side, channels, preparation, len(entries))
    x, readable = _decode(files, entries, shape, preparation, progress)
    keep, duplicates, contradictions = _sort_out(x, entries, readable)
    kept = [entry for entry, stays in zip(entries, keep, strict=True) if stays]
    counts = count_classes(kept, " left without broken and double ones")
    labels = tuple(counts)
    y = np.array([labels.index(entry.label) for entry in kept], np.int64)
    test = _test_part(y, kept, labels)
    report = Imported(
        f"own-{name}",
        counts,
        int(test.sum()),
        int((~readable).sum()),
        duplicates,
        contradictions,
        others,
    )
    _own.store(name, x if keep.all() else x[keep], y, test, preparation, report)
    return report


def sample_pictures(
    source: str | Path, side: int, channels: int, preparation: str, classes: int = 8, each: int = 8
) -> tuple[list[str], np.ndarray]:
    """What an import would make of some pictures, before it is done.

    Returns:
        The first classes' names, and `(classes, each, side, side, channels)` uint8; a picture
        that cannot be read stays black.

    Raises:
        LabError: as `import_pictures`.
    """
    files = open_source(source)
    entries, _ = find_entries(files)
    labels = list(count_classes(entries))[:classes]
    shape = _shape(side, channels, preparation, len(entries))
    some = [[entry for entry in entries if entry.label == label][:each] for label in labels]
    flat = [entry for row in some for entry in row]
    x, _ = _decode(files, flat, shape, preparation, None)
    pictures = np.zeros((len(labels), each, *shape), np.uint8)
    rows = [(row, place) for row, found in enumerate(some) for place in range(len(found))]
    pictures[tuple(np.array(rows).T)] = x
    return labels, pictures


def preview_import(
    source: str, side: int, channels: int, preparation: str
) -> tuple[list[str], np.ndarray]:
    """`sample_pictures`, computed in a process of its own."""
    found = run_task("preview", source, side, channels, preparation)
    pictures = np.frombuffer(base64.b64decode(found["pictures"]), np.uint8)
    return found["labels"], pictures.reshape(found["shape"])


def _shape(side: int, channels: int, preparation: str, count: int) -> tuple[int, int, int]:
    """The shape of every picture, if so many of them are bearable."""
    if side not in SIDES or channels not in (1, 3) or preparation not in ("picture", "digit"):
        raise LabError(
            f"Pictures are kept at {', '.join(map(str, SIDES))} pixels, in 1 or 3 channels, as "
            f"'picture' or 'digit'. Received: {side}, {channels}, {preparation!r}."
        )
    needed = count * side * side * channels
    if needed > MAX_ARRAY_BYTES:
        raise LabError(
            f"{count:,} pictures of {side}x{side} pixels need {needed / 2**20:.0f} MiB and the "
            f"limit is {MAX_ARRAY_BYTES // 2**20}: choose a smaller size."
        )
    return side, side, channels


def _decode(files, entries: list[Entry], shape, preparation, progress):
    """All pictures `(n, *shape)`, uint8, and which of them could be read."""
    x = np.zeros((len(entries), *shape), np.uint8)
    readable = np.zeros(len(entries), bool)

    def some(start: int) -> None:
        for place in range(start, min(start + CHUNK, len(entries))):
            picture = _picture(files, entries[place].key, shape, preparation)
            if picture is not None:
                x[place], readable[place] = picture, True

    starts = range(0, len(entries), CHUNK)
    with ThreadPoolExecutor(4) as pool:
        for number, _ in enumerate(pool.map(some, starts), 1):
            if progress:
                progress(min(number * CHUNK, len(entries)), len(entries))
    return x, readable


def _picture(files, key: str, shape, preparation: str) -> np.ndarray | None:
    """One picture in the wanted shape; None if it is broken or, as a digit, blank."""
    try:
        pixels = images.open_picture(files.read(key)).pixels
        if preparation == "picture":
            return images.fit(pixels, shape[:2], channels=shape[2])
        prepared = images.prepare(pixels, shape, "digit")
    except (LabError, Image.DecompressionBombError, *BROKEN, *_own.UNREADABLE):
        return None
    return None if prepared.blank else np.rint(prepared.network_input * 255).astype(np.uint8)


def _sort_out(x, entries: list[Entry], readable) -> tuple[np.ndarray, int, int]:
    """Which pictures stay, how many stood there twice, how many stood in two classes."""
    places: dict[bytes, list[int]] = {}
    for place in np.flatnonzero(readable):
        places.setdefault(hashlib.blake2b(x[place], digest_size=16).digest(), []).append(place)
    keep, duplicates, contradictions = readable.copy(), 0, 0
    for same in places.values():
        if len({entries[place].label for place in same}) > 1:
            keep[same] = False
            contradictions += len(same)
        else:
            keep[same[1:]] = False
            duplicates += len(same) - 1
    return keep, duplicates, contradictions


def _test_part(y: np.ndarray, entries: list[Entry], labels: tuple[str, ...]) -> np.ndarray:
    """Which pictures are the test part, as a mask."""
    test = np.array([entry.test for entry in entries], bool)
    if not test.any():
        test[_split.hold_out(y, TEST_FRACTION)[1]] = True
    for label, name in enumerate(labels):
        if not test[y == label].any() or (~test[y == label]).sum() < 2:
            raise LabError(f"The folders train and test must both hold pictures of {name!r}.")
    return test
