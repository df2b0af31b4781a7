"""What lies in a zip or folder of pictures, found out before a byte of it is decoded."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cnnlab.datasets._folders import Folder, Zip
from cnnlab.datasets._untrusted import MAX_FILES, open_source
from cnnlab.errors import LabError

MAX_CLASSES = 200
MIN_PER_CLASS = 5
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".avif")
TEST_NAMES = ("test", "testing")
PART_NAMES = ("train", "training", "val", "valid", "validation", *TEST_NAMES)


@dataclass(frozen=True)
class Survey:
    """`counts` has the pictures of each class; `others` counts files that are no pictures;
    `has_test` is True where the top folders are named train and test.
    """

    counts: dict[str, int]
    others: int
    has_test: bool

    @property
    def total(self) -> int:
        """Pictures in all classes."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Entry:
    """One picture: how its source calls it, its class, and whether it lies below "test"."""

    key: str
    label: str
    test: bool


def survey(source: str | Path) -> Survey:
    """Counts the classes of a zip or folder.

    Raises:
        LabError: not a zip, unsafe, too large, or not one subfolder per class.
    """
    entries, others = find_entries(open_source(source))
    return Survey(count_classes(entries), others, any(entry.test for entry in entries))


def find_entries(files: Folder | Zip) -> tuple[list[Entry], int]:
    """Every picture with its class, in the order of class and name; and the other files' count.

    Raises:
        LabError: too many files, or no picture lies in a subfolder.
    """
    sizes = {key: size for key, size in files.sizes().items() if not _hidden(key)}
    if len(sizes) > MAX_FILES:
        raise LabError(
            f"{len(sizes):,} files are too many; up to {MAX_FILES:,} pictures can be imported: "
            "take some of each class."
        )
    found = {key: _parts(key)[:-1] for key in sizes if _is_picture(key)}
    folders = _without_wrapper({key: parts for key, parts in found.items() if parts})
    if not folders:
        raise LabError(
            "There is no picture in a subfolder; put the pictures of each class into a folder "
            "with the class's name."
        )
    entries = sorted(_entries(folders), key=lambda entry: (entry.label, entry.key))
    return entries, len(sizes) - len(entries)


def count_classes(entries: list[Entry], when: str = "") -> dict[str, int]:
    """Pictures of each class, by name.

    Raises:
        LabError: one class, too many classes, or a class with too few pictures.
    """
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.label] = counts.get(entry.label, 0) + 1
    if len(counts) < 2:
        raise LabError(
            f"There is only one class ({', '.join(counts)}); a network needs at least two to "
            "tell apart, each in a subfolder of its own."
        )
    if len(counts) > MAX_CLASSES:
        raise LabError(f"{len(counts)} classes are too many; up to {MAX_CLASSES} can be imported.")
    small = {label: count for label, count in counts.items() if count < MIN_PER_CLASS}
    if small:
        label, count = next(iter(small.items()))
        raise LabError(
            f"The class {label!r} has {count} pictures{when}; every class needs at least "
            f"{MIN_PER_CLASS}, and 50 are better."
        )
    return counts


def _hidden(key: str) -> bool:
    """Files that systems leave behind: .DS_Store, __MACOSX/..., Thumbs.db."""
    parts = _parts(key)
    return parts[-1].lower() in ("thumbs.db", "desktop.ini") or any(
        part.startswith((".", "__MACOSX")) for part in parts
    )


def _is_picture(key: str) -> bool:
    return PurePosixPath(key).suffix.lower() in SUFFIXES


def _parts(key: str) -> tuple[str, ...]:
    """Folders and file name; zips packed on Windows may separate them the other way."""
    return PurePosixPath(key.replace("\\", "/")).parts


def _without_wrapper(folders: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Folders without the outer ones that hold everything ("my_data/")."""
    while len({parts[0] for parts in folders.values()}) == 1 and all(
        len(parts) > 1 for parts in folders.values()
    ):
        folders = {key: parts[1:] for key, parts in folders.items()}
    return folders


def _entries(folders: dict[str, tuple[str, ...]]) -> list[Entry]:
    """Class by folder; below train/ and test/ it is the second one."""
    split = all(len(parts) > 1 and parts[0].lower() in PART_NAMES for parts in folders.values())
    return [
        Entry(
            key,
            _label(parts[1] if split else parts[0]),
            split and parts[0].lower() in TEST_NAMES,
        )
        for key, parts in folders.items()
    ]


def _label(folder: str) -> str:
    """A class's name as it may stand on a page and in a table."""
    return re.sub(r"[\x00-\x1f\x7f<>`|*\[\]]+", " ", folder).strip()[:40] or "unnamed"
