"""One training in a process of its own: `python -m cnnlab.jobs RUN_FOLDER`.

`--spare FD` loads Keras first and waits to be handed runs (see `spare`)."""

import importlib
import os
import socket
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from cnnlab import runs, schema
from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression import METHODS
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError
from cnnlab.jobs import LOCK_VARIABLE, spare
from cnnlab.jobs.niceness import make_way
from cnnlab.runs import Run
from cnnlab.schema import State, Status


class Reporter:
    """Writes the run's status; the only writer while the lock is held."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._status = Status("running", pid=os.getpid(), host=socket.gethostname())

    def __call__(
        self,
        state: State | None = None,
        phase: str | None = None,
        epoch: int | None = None,
        message: str | None = None,
    ) -> None:
        """Replace the status with what is given changed."""
        fields = {"state": state, "phase": phase, "epoch": epoch, "message": message}
        changed: dict[str, Any] = {key: value for key, value in fields.items() if value is not None}
        self._status = replace(self._status, **changed, updated=time.time())
        schema.write(self._run.path / runs.STATUS_FILE, self._status)


def main(arguments: list[str]) -> int:
    """Train the run whose folder is given to its end; the exit code says whether it got there."""
    if arguments[0] == spare.FLAG:
        _load_keras()
        _load_cards()
        found = spare.wait_for_run(int(arguments[1]), spare.COPIES in arguments)
        return train(Run(Path(found))) if found else 0
    run = Run(Path(arguments[0]))
    if not _owns_lock(run):
        print(f"{run.name} is done, or trained by another process already")  # noqa: T201
        return 1
    return train(run)


def train(run: Run) -> int:
    """Train `run`, whose lock this process holds."""
    report = Reporter(run)
    try:
        report(phase="loading Keras", epoch=len(run.history))
        _work(run, report)
    except Exception as error:  # noqa: BLE001 - the last door: all that fails lands in the status
        return _fail(run, report, error)
    return 0


def _owns_lock(run: Run) -> bool:
    """The lock came down from the dispatcher, or is taken now (started by hand)."""
    inherited = os.environ.pop(LOCK_VARIABLE, "")
    if inherited:
        os.set_inheritable(int(inherited), False)
        return True
    return run.status.state != "done" and runs.hold(run.path) is not None


def _load_keras() -> None:
    importlib.import_module("cnnlab.jobs.worker")


def _load_cards() -> None:
    """All that runs look up by name, so that a long wait mixes no two versions of the code."""
    for registry in (ARCHITECTURES, DATASETS, METHODS):
        registry.names()


def _work(run: Run, report: Reporter) -> None:
    _load_keras()
    make_way()  # from here on
    sys.modules["cnnlab.jobs.worker"].work(run, report)


def _fail(run: Run, report: Reporter, error: Exception) -> int:
    """Say in the status what went wrong; what the reader cannot mend also goes to the log."""
    if not run.path.is_dir():
        print(f"{run.name} was deleted while it trained")  # noqa: T201
        return 1
    if not isinstance(error, LabError):
        traceback.print_exc()
    report(state="failed", phase="", message=_sentence(run, error))
    return 1


def _sentence(run: Run, error: Exception) -> str:
    if isinstance(error, LabError):
        return str(error)
    if isinstance(error, MemoryError) or "OOM" in str(error):
        return "There was not enough memory: try a smaller batch size or a smaller network."
    if isinstance(error, OSError) and runs.explain_disk(error, run.path):
        return str(runs.explain_disk(error, run.path))
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}"


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Leave now: TensorFlow takes a second to tidy up, and the run's lock is held until then.
    os._exit(code)
