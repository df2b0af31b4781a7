"""Zips and folders from readers: names, counts and sizes are checked before anything is read.

Links are not followed, and no member of a zip is ever written to disk. A zip inside a zip or
folder is read as a folder of its name; a zip inside that one is not.
"""

import io
import os
import re
import stat
import threading
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from cnnlab.datasets._own import contents
from cnnlab.errors import DAMAGED, LabError
from cnnlab.images.read import MAX_BYTES

MAX_FILES = 20_000
MAX_UNPACKED_BYTES = 2 * 2**30
MAX_INNER_BYTES = 512 * 2**20  # a zip inside a zip is held in memory
MAX_RATIO = 100  # pictures are compressed already: more than this is a bomb
UNPACKED_KINDS = (".bmp", ".dib", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm")  # but these
_LOCKED = "This zip is locked with a password; pack it without one."


class Store(Protocol):
    """A place files are read from; several threads may ask at once."""

    def sizes(self) -> dict[str, int]:
        """Size in bytes of every file, by key."""
        ...

    def read(self, key: str, most: int = -1) -> bytes:
        """A file's bytes, at most `most` of them."""
        ...


@dataclass(frozen=True)
class File:
    """One file: where it lies, its key there, and its path as the reader sees it.

    `path` is in Unicode's composed form (NFC), so that an umlaut is the same however it was
    written; zips inside are folders of it.
    """

    store: Store = field(repr=False)
    key: str
    path: tuple[str, ...]
    size_bytes: int

    def read(self) -> bytes:
        """The file's bytes; one more than a picture may have at most."""
        return self.store.read(self.key, MAX_BYTES + 1)

    def head(self) -> bytes:
        """The first bytes; none where they cannot be read."""
        try:
            return self.store.read(self.key, contents.HEAD_BYTES)
        except DAMAGED:
            return b""


@dataclass(frozen=True)
class Source:
    """All files of a zip or folder; `notes` says what could not be looked into, and `empty`
    names the folders without any file.
    """

    files: list[File]
    notes: tuple[str, ...] = ()
    empty: tuple[tuple[str, ...], ...] = ()


def open_source(source: str | Path) -> Source:
    """The files of an untrusted zip or folder.

    Raises:
        LabError: neither of the two, unsafe, or too large.
    """
    path = Path(source)
    try:
        store = _FolderStore(path) if path.is_dir() else _ZipStore(path, path.stat().st_size)
    except OSError as error:
        raise LabError(f"{path.name} cannot be read ({error.strerror or error}).") from error
    except DAMAGED as error:
        raise LabError("This is not a zip file; pack the class folders as .zip.") from error
    files, notes = [], []
    for file in _listed(store, ()):
        if not _may_be_zip(file):
            files.append(file)
            continue
        inner, note = _inside(file)
        files += inner
        notes += [note] if note else []
        _check_totals(files)
    _check_totals(files)
    return Source(files, tuple(notes), tuple(map(_parts, store.empty())))


def _check_totals(files: list[File]) -> None:
    if len(files) > MAX_FILES:
        raise LabError(
            f"{len(files):,} files are too many; up to {MAX_FILES:,} pictures can be imported: "
            "take some of each class."
        )
    unpacked = sum(file.size_bytes for file in files)
    if unpacked > MAX_UNPACKED_BYTES:
        raise LabError(
            f"Unpacked, this has {unpacked / 2**30:.1f} GiB and the limit is "
            f"{MAX_UNPACKED_BYTES / 2**30:.0f}: take fewer or smaller pictures."
        )


def _listed(store: "_FolderStore | _ZipStore", above: tuple[str, ...]) -> Iterator[File]:
    """A store's files, without those that systems leave behind."""
    for key, size in store.sizes().items():
        path = _parts(store.shown(key))
        if path and not _hidden(path):
            yield File(store, key, above + path, size)


def _parts(shown: str) -> tuple[str, ...]:
    """Folders and file name; zips packed on Windows may separate them the other way."""
    text = unicodedata.normalize("NFC", shown.replace("\\", "/"))
    return tuple(part for part in PurePosixPath(text).parts if part not in ("/", "."))


def _hidden(path: tuple[str, ...]) -> bool:
    """Files that systems leave behind: .DS_Store, __MACOSX/..., Thumbs.db."""
    return path[-1].lower() in ("thumbs.db", "ehthumbs.db", "desktop.ini") or any(
        part.startswith((".", "__MACOSX", "@eaDir", "$RECYCLE")) for part in path
    )


def _may_be_zip(file: File) -> bool:
    return contents.suffix(file.path[-1]) == ".zip" and contents.is_zip(file.head())


def _inside(file: File) -> tuple[list[File], str]:
    """The files of a zip inside, below a folder of its name; or why there are none."""
    name = "/".join(file.path)
    if file.size_bytes > MAX_INNER_BYTES:
        raise LabError(
            f"The zip inside, {name}, has {file.size_bytes / 2**20:.0f} MiB and the limit is "
            f"{MAX_INNER_BYTES // 2**20}: unpack it first and pack everything as one zip."
        )
    try:
        store = _ZipStore(io.BytesIO(file.store.read(file.key)), file.size_bytes)
    except DAMAGED:
        return [], f"The zip inside, {name}, is damaged and was left out."
    # Teachable Machine hands out each class's pictures as "class-samples.zip".
    above = (*file.path[:-1], file.path[-1][: -len(".zip")].removesuffix("-samples"))
    return list(_listed(store, above)), ""


class _FolderStore:
    """Files below a folder; links are neither followed nor read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._empty: list[str] = []

    def sizes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for place, folders, names in os.walk(self._root, followlinks=False):
            if not folders and not names:
                self._empty.append(Path(place).relative_to(self._root).as_posix())
            for name in names:
                path = Path(place) / name
                facts = path.lstat()
                if stat.S_ISREG(facts.st_mode):
                    found[path.relative_to(self._root).as_posix()] = facts.st_size
                if len(found) > MAX_FILES:
                    return found
        return found

    def empty(self) -> list[str]:
        return self._empty

    def shown(self, key: str) -> str:
        return key

    def read(self, key: str, most: int = -1) -> bytes:
        with open(self._root / key, "rb") as stream:
            return stream.read(most)


class _ZipStore:
    """Members of a zip, refused as a whole when one of them is out to do harm."""

    def __init__(self, data: Path | io.BytesIO, size_bytes: int) -> None:
        self._archive = zipfile.ZipFile(data)
        self._lock = threading.Lock()
        everything = self._archive.infolist()
        members = [info for info in everything if not info.is_dir()]
        _check_names(members)
        _check_sizes(members, size_bytes)
        # By their place: a zip may hold several files of one name.
        self._members = {str(n): info for n, info in enumerate(members) if not _is_link(info)}
        self._empty = _empty_folders(everything)

    def sizes(self) -> dict[str, int]:
        return {name: info.file_size for name, info in self._members.items()}

    def empty(self) -> list[str]:
        return self._empty

    def shown(self, key: str) -> str:
        return _real_name(self._members[key])

    def read(self, key: str, most: int = -1) -> bytes:
        with self._archive.open(self._members[key]) as stream:
            return stream.read(most) if most >= 0 else stream.read()


def _real_name(info: zipfile.ZipInfo) -> str:
    """A member's name. macOS writes UTF-8 without saying so, which then reads as code page 437."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _empty_folders(everything: list[zipfile.ZipInfo]) -> list[str]:
    """Folders a zip names that neither a file nor another folder lies in."""
    names = [_real_name(info).replace("\\", "/") for info in everything]
    filled = {name[: place + 1] for name in names for place, c in enumerate(name[:-1]) if c == "/"}
    return [name for name in names if name.endswith("/") and name not in filled]


def _check_sizes(members: list[zipfile.ZipInfo], size_bytes: int) -> None:
    unpacked = sum(info.file_size for info in members)
    if unpacked > MAX_UNPACKED_BYTES:
        raise LabError(
            f"Unpacked, this zip has {unpacked / 2**30:.1f} GiB and the limit is "
            f"{MAX_UNPACKED_BYTES / 2**30:.0f}: take fewer or smaller pictures."
        )
    dense = [info for info in members if contents.suffix(info.filename) not in UNPACKED_KINDS]
    if sum(info.file_size for info in dense) > MAX_RATIO * max(size_bytes, 100_000):
        raise LabError("This zip unpacks to far more than it holds; it is not read.")


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    for info in members:
        if info.flag_bits & 1:
            raise LabError(_LOCKED)
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:/", name):
            raise LabError(
                "This zip names files by a place outside of itself (such as /home or ..); pack the "
                "class folders themselves."
            )


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)
