"""The reader's own pictures, from a zip or folder to a dataset on disk."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnlab.datasets._own import store
from cnnlab.datasets._own.amounts import pictures as amount
from cnnlab.datasets._own.decoding import Decoded, Progress, checked_shape, decode, ground_of
from cnnlab.datasets._own.drawings import Ground
from cnnlab.datasets._own.layout import Entry, Layout, lay_out
from cnnlab.datasets._own.near_copies import copies_in, near_copies
from cnnlab.datasets._own.parts import (
    TEST_PART,
    VALIDATION_PART,
    divide,
    notes_on_balance,
    notes_on_copies,
    notes_on_parts,
)
from cnnlab.datasets._own.roles import TEST, VALIDATION
from cnnlab.datasets._own.sources import open_source
from cnnlab.datasets._own.survey import count_classes
from cnnlab.schema import ImportedPictures


def import_pictures(
    source: str | Path,
    name: str,
    side: int = 64,
    channels: int = 3,
    preparation: str = "picture",
    progress: Progress | None = None,
) -> ImportedPictures:
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
    store.free_name(name)
    found = lay_out(open_source(source))
    return import_layout(found, name, side, channels, preparation, progress)


def import_layout(
    found: Layout,
    name: str,
    side: int,
    channels: int,
    preparation: str,
    progress: Progress | None = None,
) -> ImportedPictures:
    """`import_pictures` of what was laid out already.

    Raises:
        LabError: likewise.
    """
    name = store.free_name(name)
    entries = found.entries
    count_classes(entries)
    shape = checked_shape(side, channels, preparation, len(entries))
    ground, digit = ground_of(entries), preparation == "digit"
    made = decode(entries, shape, preparation, ground.ink, progress)
    keep, duplicates, contradictions = _sort_out(made.x, entries, made.readable)
    kept = [entry for entry, stays in zip(entries, keep, strict=True) if stays]
    broken = int((~made.readable).sum()) - made.blank
    left_out = _left_out(broken, made.blank, duplicates, contradictions)
    counts = count_classes(kept, left_out)
    labels = tuple(counts)
    y = np.array([labels.index(entry.label) for entry in kept], np.int64)
    x = made.x if keep.all() else made.x[keep]
    groups = near_copies(x, y)
    part = divide(y, [entry.part for entry in kept], groups)
    report = ImportedPictures(
        name=f"own-{name}",
        counts=counts,
        validation_count=int((part == VALIDATION_PART).sum()),
        test_count=int((part == TEST_PART).sum()),
        given=tuple(p for p in (VALIDATION, TEST) if any(entry.part == p for entry in kept)),
        broken=broken,
        blank=made.blank,
        duplicates=duplicates,
        near_copies=copies_in(groups),
        contradictions=contradictions,
        set_aside=found.set_aside,
        others=found.others,
        # Drawings that were prepared stand on black, as the pad's do.
        ground=ground.tone if preparation == "picture" else "dark",
        notes=(),
        test_changed=int(made.changed[keep][part == TEST_PART].sum()) if digit else None,
    )
    notes = (
        *found.notes,
        *left_out,
        *_changes(ground, made, preparation),
        *notes_on_copies(y, part, groups),
        *notes_on_balance(counts),
        *notes_on_parts(y, part, labels),
    )
    report = replace(report, notes=notes)
    store.store(name, x, y, part, preparation, report)
    return report


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


def _left_out(broken: int, blank: int, duplicates: int, contradictions: int) -> list[str]:
    why = {
        "not readable": broken,
        "nothing to see": blank,
        "there twice": duplicates,
        "there in two classes": contradictions,
    }
    return [f"{amount(n, 'were')} left out: {reason}." for reason, n in why.items() if n]


def _changes(ground: Ground, made: Decoded, preparation: str) -> list[str]:
    """What became of drawings, counted; and which way round pictures are that stay as they are."""
    if preparation == "picture":
        if ground.tone != "light":
            return []
        return [
            "These are dark on a light ground, and stay so: what is drawn on the pad is turned for "
            "networks that learn from them."
        ]
    ways = {
        "dark": "The ink is dark on a light ground; all were turned to white on black.",
        "light": "The ink is light on a dark ground, and stays so.",
        "auto": f"{ground.dark:,} of {ground.seen:,} pictures looked at have dark ink and "
        f"{ground.light:,} light; each was turned for itself.",
    }
    total, own = len(made.x), "Inverted"  # said for all of them above
    changes = [(n, note) for note, n in made.changes.most_common() if not note.startswith(own)]
    return [ways[ground.ink], *(f"{n:,} of {total:,}: {note}" for n, note in changes)]
