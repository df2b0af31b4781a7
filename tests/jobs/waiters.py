"""Workers that only wait, and a starter for them: the queue without Keras."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from cnnlab import paths, runs
from cnnlab.runs import Run
from tests.records import config

# Says that it runs and keeps the lock until it is stopped (or, when deaf, killed).
PROGRAM = """
import os, socket, sys, time
from pathlib import Path
from cnnlab import schema
from cnnlab.schema import Status
folder, deaf = Path(sys.argv[1]), sys.argv[2] == "deaf"
schema.write(folder / "status.json", Status("running", pid=os.getpid(), host=socket.gethostname()))
with (folder.parent / "started.txt").open("a") as file:
    file.write(folder.name + "\\n")
while deaf or not (folder / "stop").exists():
    time.sleep(0.02)
schema.write(folder / "status.json", Status("stopped"))
"""


class Waiters:
    """A starter whose workers wait; `manner` "deaf" makes the next ones ignore their stop."""

    def __init__(self) -> None:
        self.manner = ""
        self.processes: list[subprocess.Popen] = []
        self.killed: list[Run] = []

    def start(self, run: Run, lock: int) -> None:
        with (run.path / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(run.path), self.manner],
                env={**os.environ, "PYTHONPATH": str(paths.ROOT)},
                pass_fds=(lock,),
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)

    def kill(self, run: Run) -> None:
        self.killed.append(run)

    def keep_ready(self) -> None:
        pass

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def wait_until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Come back when `true()` is; fail after a long while."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def new_run(owner: str = "", after: tuple[str, ...] = ()) -> Run:
    """A queued run."""
    return runs.create(config(owner=owner, after=after))


def states() -> list[str]:
    """Of all runs, oldest first."""
    return [run.status.state for run in reversed(runs.list_runs())]


def started() -> list[str]:
    """Names of the runs whose worker came up, in that order."""
    file = paths.runs_dir() / "started.txt"
    return file.read_text().split() if file.exists() else []
