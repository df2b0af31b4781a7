"""The one place that reads and writes records: whole files, tables, and lines that grow.

A reader sees a file's old content or its new one, never half of it. What was read is kept for as
long as the file stays as it is, so that a list of many runs costs a look at each file.
"""

import csv
import functools
import json
import os
import tempfile
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypeVar, cast

from cnnlab.errors import LabError
from cnnlab.schema._epochs import HistoryRow
from cnnlab.schema._migration import VERSION, migrated
from cnnlab.schema._reading import DamagedRecord, DataclassInstance, Misfit, fitted, plain

Record = TypeVar("Record")
Stamp = tuple[int, int, int, int]

TAIL_BYTES = 96 * 1024
_MOST_BYTES = 32 * 1024 * 1024  # a confusion of a thousand classes is a tenth of it
_MOST_HISTORY_BYTES = 16 * 1024 * 1024
_KEPT = 8_000
_FRESH_NS = 200_000_000  # clocks of disks may stand still for so long


# -- whole files --


def read(path: Path, kind: type[Record]) -> Record | None:
    """The record in `path`; None when there is no such file.

    Raises:
        DamagedRecord: the content does not fit; the message says where.
        LabError: the file cannot be read.
    """
    stamp = _stamp(path)
    if stamp is None:
        return None
    found: Record | str | None
    found = _settled(path, cast(Hashable, kind), stamp) if _old(stamp) else _parsed(path, kind)
    if isinstance(found, str):
        raise DamagedRecord(found)
    return found


def write(path: Path, record: DataclassInstance) -> None:
    """Replace `path` whole with the record as JSON, and the version it is written in."""
    with replacing(path) as temporary:
        content = {"version": VERSION} | to_json(record)
        temporary.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")


def to_json(record: DataclassInstance) -> dict[str, object]:
    """The record as plain data for `--json` and the HTTP interface."""
    return cast(dict[str, object], plain(record))


def from_json(kind: type[Record], content: Mapping[str, object]) -> Record:
    """A record from plain data, checked like a file.

    Raises:
        DamagedRecord: it does not fit.
    """
    try:
        return fitted(kind, migrated(kind, content))
    except Misfit as misfit:
        raise DamagedRecord(f"{misfit}.".capitalize()) from misfit


def _parsed(path: Path, kind: type[Record]) -> Record | str | None:
    """The record, or the sentence that says why there is none: that is kept as well."""
    place = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > _MOST_BYTES:
            return f"{place} is damaged: it is far too large."
        content = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise LabError(f"{place} cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError):
        return f"{place} is damaged: it is not the JSON object it should be."
    if not isinstance(content, dict):
        return f"{place} is damaged: it is not the JSON object it should be."
    try:
        return fitted(kind, migrated(kind, content))
    except Misfit as misfit:
        return f"{place} is damaged: {misfit}."


@functools.lru_cache(maxsize=_KEPT)
def _settled(path: Path, kind: type[Record], _: Stamp) -> Record | str | None:
    return _parsed(path, kind)


# -- the history: a table that grows --


def read_history(path: Path) -> tuple[HistoryRow, ...]:
    """One row per finished epoch; a half or damaged row and what follows it are left out."""
    stamp = _stamp(path)
    if stamp is None:
        return ()
    return _settled_rows(path, stamp) if _old(stamp) else _rows(path)


def write_history(path: Path, rows: Sequence[HistoryRow]) -> None:
    """Replace the table whole."""
    with replacing(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(HistoryRow)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def append_history(path: Path, row: HistoryRow) -> None:
    """Add one row; it is on the disk when this returns."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(HistoryRow)])
        if new:
            writer.writeheader()
        writer.writerow(asdict(row))
        file.flush()
        os.fsync(file.fileno())


def _rows(path: Path) -> tuple[HistoryRow, ...]:
    rows: list[HistoryRow] = []
    # The first row that is no row of numbers ends what is believed.
    with suppress(ValueError, TypeError, KeyError, OverflowError, csv.Error):
        for line in csv.DictReader(tail_lines(path, _MOST_HISTORY_BYTES), strict=True):
            values = {field.name: float(line[field.name]) for field in fields(HistoryRow)}
            row = HistoryRow(epoch=int(values.pop("epoch")), **values)
            if not _follows(row, len(rows)):
                break
            rows.append(row)
    return tuple(rows)


def _follows(row: HistoryRow, finished: int) -> bool:
    """Whether this may be the row after so many: in order, shares and times that can be."""
    possible = 0 <= row.seconds < 1e9 and row.images_per_s >= 0 and row.learning_rate >= 0
    shares = (row.accuracy, row.val_accuracy)
    return possible and row.epoch > finished - 1 and all(not (s < 0 or s > 1) for s in shares)


@functools.lru_cache(maxsize=_KEPT)
def _settled_rows(path: Path, _: Stamp) -> tuple[HistoryRow, ...]:
    return _rows(path)


# -- lines of JSON that grow --


def read_lines(path: Path, kind: type[Record], limit_bytes: int) -> list[Record]:
    """The latest records of a growing file, oldest first; lines that do not fit are left out."""
    found = []
    for line in tail_lines(path, limit_bytes):
        with suppress(ValueError, RecursionError):  # a line cut by a power loss
            found.append(fitted(kind, json.loads(line)))
    return found


def line_of(record: DataclassInstance) -> str:
    """A record as a line for a file that `read_lines` reads."""
    return json.dumps(plain(record)) + "\n"


def tail_lines(path: Path, limit_bytes: int = TAIL_BYTES) -> list[str]:
    """The last complete lines of a growing file; a half last line is left out."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - limit_bytes))
            text = file.read(limit_bytes).decode("utf-8", "replace")
    except OSError:
        return []
    lines = text.split("\n")[:-1]
    return lines[1:] if size > limit_bytes else lines


# -- the disk --


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place when the block ends well.

    A reader sees the old file or the new one, never half of it, also after a power loss.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _stamp(path: Path) -> Stamp | None:
    """Changes whenever the file does; None without one."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _old(stamp: Stamp) -> bool:
    """Whether the file was last changed so long ago that another change would show."""
    return time.time_ns() - max(stamp[:2]) > _FRESH_NS
