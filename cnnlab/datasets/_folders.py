"""Pictures that lie in one folder per class: on disk, in a zip, or in a plain tar archive.

Nothing is unpacked: a picture is read out of its archive when it is asked for.
"""

import os
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cnnlab.datasets import _split
from cnnlab.datasets._card import Parts
from cnnlab.datasets._encoded import EncodedPictures

TEST_FRACTION = 0.2
Label = Callable[[re.Match[str]], int | None]


class Folder:
    """Files below a folder; a key is the path below it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def sizes(self) -> dict[str, int]:
        """Size in bytes of every file, by key."""
        files = (path for path in self._root.rglob("*") if path.is_file())
        return {path.relative_to(self._root).as_posix(): path.stat().st_size for path in files}

    def read(self, key: str) -> bytes:
        return (self._root / key).read_bytes()

    def mark(self, key: str) -> bytes:
        return zlib.crc32(self.read(key)).to_bytes(4, "big")


class Zip:
    """Members of a zip archive. `ZipFile` locks its reads, so threads may share it."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)

    def sizes(self) -> dict[str, int]:
        """Size in bytes of every member, by key."""
        return {info.filename: info.file_size for info in self._archive.infolist()}

    def read(self, key: str) -> bytes:
        return self._archive.read(key)

    def mark(self, key: str) -> bytes:
        return self._archive.getinfo(key).CRC.to_bytes(4, "big")


class Tar:
    """Members of an uncompressed tar archive, read by their place in it, from any thread."""

    def __init__(self, path: Path) -> None:
        self._handle = open(path, "rb")  # noqa: SIM115 - open as long as its pictures are
        with tarfile.open(path, "r:") as archive:
            files = [member for member in archive if member.isfile()]
        self._places = {member.name: (member.offset_data, member.size) for member in files}

    def sizes(self) -> dict[str, int]:
        """Size in bytes of every member, by key."""
        return {name: size for name, (_, size) in self._places.items()}

    def read(self, key: str) -> bytes:
        offset, size = self._places[key]
        return os.pread(self._handle.fileno(), size, offset)

    def mark(self, key: str) -> bytes:
        return zlib.crc32(self.read(key)).to_bytes(4, "big")

    def __del__(self) -> None:
        self._handle.close()


def read_folders(
    path: Path, pattern: str, label: Label, labels: tuple[str, ...], variant: str
) -> Parts:
    """Both parts of pictures kept by class; a fixed fifth of each class is the test part.

    Args:
        path: A folder, a .zip or a .tar.
        pattern: Regular expression a picture's name must end with; other files are ignored.
        label: Class index of a match, None to leave the picture out.
        labels: Class names; `variant` names this form.
    """
    files = _open(path)
    keys, y, empty = _pictures(files, re.compile(pattern), label)
    if not len(keys):
        raise ValueError("there is no picture in it")
    train, test = _split.hold_out(y, TEST_FRACTION)
    return Parts(
        EncodedPictures(files, keys[train]),
        y[train],
        EncodedPictures(files, keys[test]),
        y[test],
        labels,
        variant,
        skipped=empty,
    )


def _open(path: Path) -> Folder | Zip | Tar:
    if path.is_dir():
        return Folder(path)
    return Zip(path) if path.suffix == ".zip" else Tar(path)


def _pictures(
    files: Folder | Zip | Tar, pattern: re.Pattern[str], label: Label
) -> tuple[np.ndarray, np.ndarray, int]:
    """Keys and labels of the pictures, in the order of their names, and how many are empty."""
    found, empty = [], 0
    for key, size in files.sizes().items():
        match = pattern.search(key)
        index = label(match) if match else None
        if index is not None and size:
            found.append((index, key))
        empty += index is not None and not size
    found.sort(key=lambda pair: (pair[0], len(pair[1]), pair[1]))  # 2.jpg before 10.jpg
    keys = np.array([key for _, key in found], object)
    return keys, np.array([index for index, _ in found], np.int64), empty
