"""Trainings make way for pages, the browser beside them and everybody else's work."""

import contextlib
import os
import time
from pathlib import Path

from cnnlab.errors import LabError

# Linux groups processes by session for its scheduling where this file exists; see sched(7).
GROUP = Path("/proc/self/autogroup")
NICE = 10


def worker_nice() -> int:
    """How far trainings yield to all other work: `CNNLAB_NICE`, 0 (not at all) to 19; else 10.

    Raises:
        LabError: `CNNLAB_NICE` is no such number.
    """
    asked = os.environ.get("CNNLAB_NICE") or str(NICE)
    if not asked.isdecimal() or int(asked) > 19:
        raise LabError(f"CNNLAB_NICE must be a whole number from 0 to 19. Received: {asked!r}.")
    return int(asked)


def make_way() -> None:
    """Lower this process' priority, and that of its session if it leads one, by `worker_nice`.

    A worker leads a session of its own. Linux then shares the cores between sessions first,
    and `nice` only decides inside one: without the second step a training took half of both
    cores from the server that started it.
    """
    nice = worker_nice()
    os.nice(nice)
    if os.getsid(0) != os.getpid():  # started by hand: the session is the terminal's
        return
    with contextlib.suppress(OSError):  # no such file, or not ours to write: `nice` has to do
        _lower_session(nice)


def session_nice() -> int | None:
    """How this process' session yields to others, -20..19; None where Linux does not group.

    The file is missing where the kernel cannot group, and empty where this process is in no
    such group (a container with processor shares of its own).
    """
    words = GROUP.read_text().split() if GROUP.exists() else []
    return int(words[-1]) if words else None


def _lower_session(nice: int) -> None:
    for _ in range(20):
        try:
            GROUP.write_text(str(nice))
        except BlockingIOError:  # one change in 0.1 s for the whole machine
            time.sleep(0.15)
        else:
            return
