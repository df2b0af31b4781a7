"""Who trains a run: the process that holds `flock` on the run's `lock` file.

The kernel releases the lock when its holder dies, however it dies, so a run that calls itself
running while nobody holds the lock was interrupted. Readers probe with a shared lock.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnnlab import paths

_PROBE_S = 0.2


def hold(folder: Path) -> int | None:
    """Take the run's lock; the open descriptor, or None when another process holds it.

    Probing readers hold a shared lock for microseconds, so a refusal is tried again briefly.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + _PROBE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                return None
            time.sleep(0.01)


def is_held(folder: Path) -> bool:
    """Whether a living process holds the run's lock."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDONLY)
    except OSError:  # none yet, or nothing a worker could have made
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def store_lock() -> Iterator[None]:
    """One process at a time: numbering a new run, filling the free slots of the queue."""
    descriptor = os.open(paths.runs_dir() / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
