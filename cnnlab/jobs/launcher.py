"""What starts a worker and what ends one: the one place that knows where trainings run.

The queue claims a run and hands it to a `Starter`. Today that is a process on this machine;
a cluster needs another class with the same four methods, and nothing else changes.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import IO, Protocol

from cnnlab import paths, runs
from cnnlab.jobs.spare import ENVIRONMENT, Spare
from cnnlab.runs import Run

LOCK_VARIABLE = "CNNLAB_LOCK_FD"


class Starter(Protocol):
    """Puts claimed runs to work. All methods are called under the store's lock but `end`."""

    def start(self, run: Run, lock: int) -> None:
        """Start a worker that holds the run's lock for as long as it lives.

        Args:
            run: A claimed run; its status says "running" already.
            lock: Descriptor of the held lock; the caller closes its own copy afterwards.

        Raises:
            OSError: no worker is to be had; the run goes back into the queue.
        """

    def kill(self, run: Run) -> None:
        """End the run's worker at once, if it is ours to end."""

    def keep_ready(self) -> None:
        """There is a free slot: prepare for a quick start, if that is of use."""

    def end(self) -> None:
        """The queue goes: let go of what was kept ready. Workers live on."""


class LocalProcesses:
    """Workers in processes of this machine, each in its own group; see `cnnlab.jobs.__main__`."""

    def __init__(self) -> None:
        self.spare = Spare()

    def start(self, run: Run, lock: int) -> None:
        with (run.path / "log.txt").open("ab") as log:
            if not self.spare.hand(str(run.path), lock, log.fileno()):
                process = _fresh_worker(run, lock, log)
                threading.Thread(target=process.wait, daemon=True).start()  # no zombies

    def kill(self, run: Run) -> None:
        status = run.status
        # A process number means something on its own machine only.
        if status.pid and status.host == socket.gethostname() and runs.is_held(run.path):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(status.pid, signal.SIGKILL)

    def keep_ready(self) -> None:
        self.spare.keep()

    def end(self) -> None:
        self.spare.end()


def _fresh_worker(run: Run, lock: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "cnnlab.jobs", str(run.path)],
        cwd=paths.ROOT,
        env={**os.environ, **ENVIRONMENT, LOCK_VARIABLE: str(lock)},
        pass_fds=(lock,),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
