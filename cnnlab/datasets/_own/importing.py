"""The reader's own pictures, from a zip or folder to a dataset on disk."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cnnlab import images
from cnnlab.datasets._card import Shape
from cnnlab.datasets._own import store
from cnnlab.datasets._own.layout import Entry, lay_out
from cnnlab.datasets._own.near_copies import copies_in, near_copies
from cnnlab.datasets._own.parts import (
    TEST_PART,
    VALIDATION_PART,
    divide,
    notes_on_copies,
    notes_on_parts,
)
from cnnlab.datasets._own.roles import TEST, VALIDATION
from cnnlab.datasets._own.sources import UNREADABLE, File, open_source
from cnnlab.datasets._own.survey import count_classes
from cnnlab.errors import LabError
from cnnlab.images.read import BROKEN

SIDES = (28, 32, 64, 96, 128)
MAX_ARRAY_BYTES = 512 * 2**20
CHUNK = 8
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Imported:
    """What became of the pictures.

    Attributes:
        name: The new dataset's name.
        counts: Pictures of each class, all parts together.
        validation_count: Pictures that choose the best epoch.
        test_count: Pictures of the test part.
        given: Parts the source itself named, of "validation" and "test".
        broken: Pictures that could not be read.
        duplicates: Pictures that stood there twice.
        near_copies: Pictures that are another one saved again; they stay, in the part of it.
        contradictions: Pictures that stood in two classes.
        set_aside: Pictures without a class: unlabeled ones, masks.
        others: Files that are no pictures.
        notes: Sentences on all that a reader would want to know.
    """

    name: str
    counts: dict[str, int]
    validation_count: int
    test_count: int
    given: tuple[str, ...]
    broken: int
    duplicates: int
    near_copies: int
    contradictions: int
    set_aside: int
    others: int
    notes: tuple[str, ...]


def import_pictures(
    source: str | Path,
    name: str,
    side: int = 64,
    channels: int = 3,
    preparation: str = "picture",
    progress: Progress | None = None,
) -> Imported:
    """Makes the dataset `own-<name>` from a zip or folder whose pictures carry a class.

    Classes come from folders, a table or the files' names (`layout`). Pictures that cannot be
    read, stand there twice, or stand in two classes are left out and counted. Parts the source
    names are kept; else a fifth of each class becomes the test part, and a tenth of the rest
    the validation part.

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
    name = store.free_name(name)
    found = lay_out(open_source(source))
    entries = found.entries
    count_classes(entries)
    shape = checked_shape(side, channels, preparation, len(entries))
    x, readable = decode(entries, shape, preparation, progress)
    keep, duplicates, contradictions = _sort_out(x, entries, readable)
    kept = [entry for entry, stays in zip(entries, keep, strict=True) if stays]
    counts = count_classes(kept, " left without broken and double ones")
    labels = tuple(counts)
    y = np.array([labels.index(entry.label) for entry in kept], np.int64)
    x = x if keep.all() else x[keep]
    groups = near_copies(x, y)
    part = divide(y, [entry.part for entry in kept], groups)
    broken = int((~readable).sum())
    report = Imported(
        name=f"own-{name}",
        counts=counts,
        validation_count=int((part == VALIDATION_PART).sum()),
        test_count=int((part == TEST_PART).sum()),
        given=tuple(p for p in (VALIDATION, TEST) if any(entry.part == p for entry in kept)),
        broken=broken,
        duplicates=duplicates,
        near_copies=copies_in(groups),
        contradictions=contradictions,
        set_aside=found.set_aside,
        others=found.others,
        notes=(
            *found.notes,
            *_left_out(broken, duplicates, contradictions),
            *notes_on_copies(y, part, groups),
            *notes_on_parts(y, part, labels),
        ),
    )
    store.store(name, x, y, part, preparation, report)
    return report


def checked_shape(side: int, channels: int, preparation: str, count: int) -> Shape:
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


def decode(
    entries: list[Entry], shape: Shape, preparation: str, progress: Progress | None
) -> tuple[np.ndarray, np.ndarray]:
    """All pictures `(n, *shape)`, uint8, black where one could not be read; and which could."""
    x = np.zeros((len(entries), *shape), np.uint8)
    readable = np.zeros(len(entries), bool)

    def some(start: int) -> None:
        for place in range(start, min(start + CHUNK, len(entries))):
            picture = _picture(entries[place].file, shape, preparation)
            if picture is not None:
                x[place], readable[place] = picture, True

    starts = range(0, len(entries), CHUNK)
    with ThreadPoolExecutor(4) as pool:
        for number, _ in enumerate(pool.map(some, starts), 1):
            if progress:
                progress(min(number * CHUNK, len(entries)), len(entries))
    return x, readable


def _picture(file: File, shape: Shape, preparation: str) -> np.ndarray | None:
    """One picture in the wanted shape; None if it is broken or, as a digit, blank."""
    try:
        pixels = images.open_picture(file.read()).pixels
        if preparation == "picture":
            return images.fit(pixels, shape[:2], channels=shape[2])
        prepared = images.prepare(pixels, shape, "digit")
    except (LabError, Image.DecompressionBombError, *BROKEN, *UNREADABLE):
        return None
    return None if prepared.blank else np.rint(prepared.network_input * 255).astype(np.uint8)


def _sort_out(
    x: np.ndarray, entries: list[Entry], readable: np.ndarray
) -> tuple[np.ndarray, int, int]:
    """Which pictures stay, how many stood there twice, how many stood in two classes.

    Of two equal ones, that of the test part stays, then that of the validation part.
    """
    places: dict[bytes, list[int]] = {}
    for place in np.flatnonzero(readable).tolist():
        places.setdefault(hashlib.blake2b(x[place], digest_size=16).digest(), []).append(place)
    keep, duplicates, contradictions = readable.copy(), 0, 0
    rank = {TEST: 0, VALIDATION: 1}
    for same in places.values():
        if len({entries[place].label for place in same}) > 1:
            keep[same] = False
            contradictions += len(same)
        else:
            same.sort(key=lambda place: (rank.get(entries[place].part, 2), place))
            keep[same[1:]] = False
            duplicates += len(same) - 1
    return keep, duplicates, contradictions


def _left_out(broken: int, duplicates: int, contradictions: int) -> list[str]:
    why = {
        "could not be read": broken,
        "stood there twice": duplicates,
        "stood in two classes": contradictions,
    }
    return [f"{n:,} pictures that {reason} were left out." for reason, n in why.items() if n]
