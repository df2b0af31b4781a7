"""Zips and folders from readers: names, counts and sizes are checked before anything is read.

Links are not followed, and no member of a zip is ever written to disk.
"""

import os
import re
import stat
import zipfile
from pathlib import Path

from cnnlab.datasets._folders import Folder, Zip
from cnnlab.errors import LabError

MAX_FILES = 20_000
MAX_UNPACKED_BYTES = 2 * 2**30
MAX_RATIO = 100  # pictures are compressed already: more than this is a bomb


def open_source(source: str | Path) -> Folder | Zip:
    """The files of an untrusted zip or folder.

    Raises:
        LabError: neither of the two, unsafe, or too large.
    """
    path = Path(source)
    if path.is_dir():
        return _UntrustedFolder(path)
    try:
        return _UntrustedZip(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise LabError("This is not a zip file; pack the class folders as .zip.") from error
    except OSError as error:
        raise LabError(f"{path.name} cannot be read ({error.strerror or error}).") from error


class _UntrustedFolder(Folder):
    """Files below a folder; links are neither followed nor read."""

    def sizes(self) -> dict[str, int]:
        found = {}
        for place, _, names in os.walk(self._root, followlinks=False):
            for name in names:
                path = Path(place) / name
                facts = path.lstat()
                if stat.S_ISREG(facts.st_mode):
                    found[path.relative_to(self._root).as_posix()] = facts.st_size
                if len(found) > MAX_FILES:
                    return found
        return found


class _UntrustedZip(Zip):
    """Members of a zip, refused as a whole when one of them is out to do harm."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        members = [info for info in self._archive.infolist() if not info.is_dir()]
        _check_names(members)
        unpacked = sum(info.file_size for info in members)
        if unpacked > MAX_UNPACKED_BYTES:
            raise LabError(
                f"Unpacked, this zip has {unpacked / 2**30:.1f} GiB and the limit is "
                f"{MAX_UNPACKED_BYTES / 2**30:.0f}: take fewer or smaller pictures."
            )
        if unpacked > MAX_RATIO * max(path.stat().st_size, 100_000):
            raise LabError("This zip unpacks to far more than it holds; it is not read.")
        self._members = {info.filename: info for info in members if not _is_link(info)}

    def sizes(self) -> dict[str, int]:
        return {name: info.file_size for name, info in self._members.items()}


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    for info in members:
        if info.flag_bits & 1:
            raise LabError("This zip is locked with a password; pack it without one.")
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            raise LabError("This zip names files outside of itself (..); it is not read.")


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)
