"""Reading and writing a run's files so that a cut, a crash or a full disk never corrupts one."""

import errno
import json
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cnnlab.errors import LabError

TAIL_BYTES = 96 * 1024

_DISK_SENTENCES = {
    errno.ENOSPC: "The disk that holds {place} is full: free some space (old runs, caches)",
    errno.EDQUOT: "Your disk quota for {place} is used up: free some space",
    errno.EROFS: "{place} lies on a read-only disk: make it writable",
    errno.EACCES: "{place} may not be written by this user: change its permissions",
    errno.EPERM: "{place} may not be written by this user: change its permissions",
    errno.ENOTDIR: "{place} is not a folder, or a file stands in its way: move that file away",
    errno.EEXIST: "{place} is not a folder, or a file stands in its way: move that file away",
    errno.EFBIG: "A file in {place} reached the size limit set for this process: raise the limit",
}


@contextmanager
def explained(place: Path):
    """Turn the disk's usual refusals inside the block into one `LabError` sentence."""
    try:
        yield
    except OSError as error:
        sentence = explain_disk(error, place)
        if sentence is None:
            raise
        raise LabError(sentence) from error


def explain_disk(error: OSError, place: Path) -> str | None:
    """The sentence for a full, read-only or forbidden disk; None for any other failure."""
    sentence = _DISK_SENTENCES.get(error.errno or 0)
    if sentence is None:
        return None
    return sentence.format(place=place) + ", or choose another folder with CNNLAB_RUNS."


@contextmanager
def replacing(path: Path):
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


def write_json(path: Path, value: Any) -> None:
    """Replace `path` whole with `value` as JSON."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; empty when there is no such file.

    Raises:
        LabError: the file is there and cannot be read, or is no JSON object.
    """
    try:
        value = json.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise LabError(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise LabError(f"{path} is damaged: it is not the JSON object it should be.")
    return value


def tail_lines(path: Path, limit_bytes: int = TAIL_BYTES) -> list[str]:
    """The last complete lines of a growing file; a half last line is left out."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - limit_bytes))
            text = file.read().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return []
    lines = text.split("\n")[:-1]
    return lines[1:] if size > limit_bytes else lines
