"""The queue: which run trains next, and the processes that train. State lies on disk alone.

`dispatch` may be called by anyone, any time, from any process: a claim is the run's own lock,
taken before the worker starts and handed down to it, so no run is ever started twice.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import IO

from cnnlab import paths, runs
from cnnlab.errors import LabError
from cnnlab.jobs.spare import Spare
from cnnlab.runs import Run

GRACE_S = 8.0
_TICK_S = 0.5
_SPARE_AFTER_S = 5.0  # the first page and the engine come first
LOCK_VARIABLE = "CNNLAB_LOCK_FD"
_spare = Spare()
_refusals: dict[Run, str] = {}
_stops_seen: dict[tuple[Run, int], float] = {}


def slots() -> int:
    """How many runs train at once: `CNNLAB_SLOTS`, else one per two cores.

    Raises:
        LabError: `CNNLAB_SLOTS` is no whole number.
    """
    asked = os.environ.get("CNNLAB_SLOTS") or str(max(1, (os.cpu_count() or 2) // 2))
    if not asked.isdecimal():
        raise LabError(f"CNNLAB_SLOTS must be a whole number such as 2. Received: {asked!r}.")
    return int(asked)


def dispatch(keep_spare: bool = False) -> list[Run]:
    """Start queued runs, oldest first, while slots are free; kill what ignores its stop.

    Args:
        keep_spare: Also keep a worker waiting with Keras loaded while a slot is free.

    Returns:
        The runs started.

    Raises:
        LabError: the disk refuses, or `CNNLAB_SLOTS` is no number.
    """
    folder, most = paths.runs_dir(), slots()
    if not folder.is_dir():
        return []
    started = []
    with runs.explained(folder), runs.store_lock():
        waiting, busy = _survey()
        for run in waiting:
            if busy + len(started) < most and _start(run):
                started.append(run)
        if keep_spare and busy + len(started) < most:
            _spare.keep()
    return started


def _survey() -> tuple[list[Run], int]:
    """The queue, oldest first, and how many runs hold a slot."""
    waiting, busy = [], 0
    for run in reversed(runs.list_runs()):
        # A run that was deleted meanwhile, or whose files are damaged, holds up nobody else.
        with contextlib.suppress(LabError):
            status = run.status
            if status.state == "queued":
                waiting.append(run)
            elif status.active:
                busy += 1
                _kill_if_deaf(run, status)
    return waiting, busy


def queue_position(run: Run) -> int:
    """1 for the next to start; 0 when the run does not wait."""
    position = 0
    for other in reversed(runs.list_runs()):
        with contextlib.suppress(LabError):
            waits = other.status.state == "queued"
            position += waits
            if other == run:
                return position if waits else 0
    return 0


def _start(run: Run) -> bool:
    """Start a worker that owns the run's lock from its first moment."""
    try:
        descriptor = runs.hold(run.path)
        if descriptor is None:
            return False
        try:
            process = _launch(run, descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        _note_refusal(run, error)
        return False
    threading.Thread(target=process.wait, daemon=True).start()  # no zombies
    return True


def _launch(run: Run, descriptor: int) -> subprocess.Popen:
    """The worker's process; where it cannot be started the run stays queued."""
    with (run.path / "log.txt").open("ab") as log:
        phase = "starting a process and loading Keras"
        _write_status(run, state="running", phase=phase)
        try:
            process = _spare.hand(str(run.path), descriptor, log.fileno())
            return process or _fresh_worker(run, descriptor, log)
        except OSError:
            _write_status(run, state="queued")
            raise


def _write_status(run: Run, **fields: str) -> None:
    status = {**fields, "epoch": len(run.history), "updated": time.time()}
    runs.write_json(run.path / "status.json", status)


def _fresh_worker(run: Run, descriptor: int, log: IO) -> subprocess.Popen:
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "cnnlab.jobs", str(run.path)],
        cwd=paths.ROOT,
        env={**os.environ, **environment, LOCK_VARIABLE: str(descriptor)},
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _note_refusal(run: Run, error: OSError) -> None:
    """A machine that refuses leaves the run queued; the reason goes to the server's log, once."""
    sentence = f"{run.name} could not start: {runs.explain_disk(error, run.path) or error}"
    if _refusals.get(run) != sentence:
        print(sentence, file=sys.stderr)  # noqa: T201
    _refusals[run] = sentence


def _kill_if_deaf(run: Run, status: runs.Status) -> None:
    """End a worker that has not answered its stop file within the grace time."""
    try:
        request = run, run.stop_file.stat().st_mtime_ns
    except FileNotFoundError:
        return
    # Counted from when it was first seen: the machine's clock may be set meanwhile.
    waited = time.monotonic() - _stops_seen.setdefault(request, time.monotonic())
    if status.pid and waited > GRACE_S and runs.is_held(run.path):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(status.pid, signal.SIGKILL)


def _tick(done: threading.Event) -> None:
    """Dispatch until `done`; a disk that refuses is reported once, and tried again."""
    keep_spare = os.environ.get("CNNLAB_SPARE", "1") != "0"
    said, started = "", time.monotonic()
    while not done.wait(_TICK_S):
        try:
            with runs.explained(paths.runs_dir()):
                paths.runs_dir().mkdir(parents=True, exist_ok=True)
            dispatch(keep_spare and time.monotonic() - started > _SPARE_AFTER_S)
            said = ""
        except (LabError, OSError) as error:
            if str(error) != said:
                print(error, file=sys.stderr)  # noqa: T201
            said = str(error)


@contextlib.contextmanager
def clock() -> Iterator[None]:
    """Dispatch twice a second in a thread of this process, while the block lasts."""
    done = threading.Event()
    thread = threading.Thread(target=_tick, args=(done,), name="queue", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=5)
        _spare.end()
