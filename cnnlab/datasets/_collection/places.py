"""Where collections lie: a folder each, with a record of the boxes and a folder for each box."""

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnnlab import paths, schema
from cnnlab.errors import LabError
from cnnlab.schema import Collection

RECORD = "collection.json"
MOST_COLLECTIONS = 100  # on one server
KEPT_DAYS = 30  # after the last change
_DAY_S = 24 * 3600
_GONE = "This collection is gone: start another one."


def collections_dir() -> Path:
    """Folder of the collections. May not exist yet."""
    return paths.data_dir() / "collections"


def new_collection() -> Path:
    """The folder of a new, empty collection.

    Raises:
        LabError: there are too many, or the disk refuses.
    """
    _clear_old()
    if len(list_collections()) >= MOST_COLLECTIONS:
        raise LabError(
            f"There are {MOST_COLLECTIONS} collections on this server already: delete one of "
            "yours first, or ask whoever runs it."
        )
    folder = collections_dir() / f"{time.strftime('%Y%m%d')}-{secrets.token_hex(4)}"
    with explained():
        folder.mkdir(parents=True)
        schema.write(folder / RECORD, Collection((), 0))
    return folder


def list_collections() -> list[Path]:
    """The folders of all collections, the oldest first."""
    return sorted(path.parent for path in collections_dir().glob(f"*/{RECORD}"))


def find_collection(name: str) -> Path:
    """The folder of this name; `LabError` when there is none."""
    folder = collections_dir() / name
    if not re.fullmatch(r"\d{8}-[0-9a-f]{8}", name) or not (folder / RECORD).exists():
        raise LabError(_GONE)
    return folder


def delete_collection(folder: Path) -> None:
    """Delete a collection with its pictures; datasets made of it stay."""
    with _alone(folder), explained():
        shutil.rmtree(folder)


def read_record(folder: Path) -> Collection:
    """The boxes of a collection.

    Raises:
        LabError: it is gone or damaged.
    """
    found = schema.read(folder / RECORD, Collection)
    if found is None:
        raise LabError(_GONE)
    return found


@contextmanager
def changing(folder: Path) -> Iterator[Collection]:
    """The boxes as they are, while nobody else changes them; for `write_record` inside."""
    with _alone(folder):
        yield read_record(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time changes a collection; the next one looks whether it is still there."""
    find_collection(folder.name)
    with explained():
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        find_collection(folder.name)
        yield
    finally:
        os.close(descriptor)


def write_record(folder: Path, record: Collection) -> None:
    """Replace the record of a collection's boxes."""
    with explained():
        schema.write(folder / RECORD, record)


@contextmanager
def explained() -> Iterator[None]:
    """What a disk refuses, in one sentence."""
    try:
        yield
    except FileNotFoundError:  # between two looks, in another tab
        raise LabError(_GONE) from None
    except OSError as error:
        raise LabError(
            f"{collections_dir()} cannot take it ({error.strerror or error}): free some space, or "
            "choose another folder with CNNLAB_DATA."
        ) from error


def _clear_old() -> None:
    """What nobody changed for long goes; a collection changes as its boxes do."""
    for folder in list_collections():
        changed = max((path.stat().st_mtime for path in folder.iterdir()), default=0.0)
        if time.time() - changed > KEPT_DAYS * _DAY_S:
            shutil.rmtree(folder, ignore_errors=True)
