"""Trainings make way for pages, the browser beside them and everybody else's work."""

import contextlib
import os
import time
from pathlib import Path

# Linux groups processes by session for its scheduling where this file exists; see sched(7).
GROUP = Path("/proc/self/autogroup")
NICE = 10


def make_way() -> None:
    """Lower this process' priority, and that of its session if it leads one.

    A worker leads a session of its own. Linux then shares the cores between sessions first,
    and `nice` only decides inside one: without the second step a training took half of both
    cores from the server that started it.
    """
    os.nice(NICE)
    if os.getsid(0) != os.getpid():  # started by hand: the session is the terminal's
        return
    with contextlib.suppress(OSError):  # no such file, or not ours to write: `nice` has to do
        _lower_session()


def session_nice() -> int | None:
    """How this process' session yields to others, -20..19; None where Linux does not group.

    The file is missing where the kernel cannot group, and empty where this process is in no
    such group (a container with processor shares of its own).
    """
    words = GROUP.read_text().split() if GROUP.exists() else []
    return int(words[-1]) if words else None


def _lower_session() -> None:
    for _ in range(20):
        try:
            GROUP.write_text(str(NICE))
        except BlockingIOError:  # one change in 0.1 s for the whole machine
            time.sleep(0.15)
        else:
            return
