"""The queue: which run trains next, and who starts it. State lies on disk alone.

`dispatch` may be called by anyone, any time, from any process: a claim is the run's own lock,
taken before the worker starts and handed down to it, so no run is ever started twice.
"""

import contextlib
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator

from cnnlab import memory, paths, runs, schema
from cnnlab.errors import LabError
from cnnlab.jobs.error_log import log_errors
from cnnlab.jobs.launcher import LOCK_VARIABLE, LocalProcesses, Starter
from cnnlab.jobs.queue import (
    Queue,
    Waiting,
    known_owner,
    note_turn,
    owner_of,
    queue,
    slots,
    user_limit,
)
from cnnlab.runs import Run
from cnnlab.schema import State, Status

__all__ = [
    "LOCK_VARIABLE",
    "Queue",
    "Starter",
    "Waiting",
    "clock",
    "dispatch",
    "owner_of",
    "place",
    "queue",
    "slots",
    "user_limit",
]

GRACE_S = 8.0
_TICK_S = 0.5
_TRIM_S = 30.0  # how often what pages have left lying goes back to the system; 5 ms
_SPARE_AFTER_S = 5.0  # the first page and the engine come first
starter: Starter = LocalProcesses()
_refusals: dict[Run, str] = {}
_stops_seen: dict[tuple[Run, int], float] = {}


def dispatch(keep_spare: bool = False) -> list[Run]:
    """Start waiting runs in their order while slots are free; kill what ignores its stop.

    A run that was to follow one which failed, was stopped or is gone becomes failed itself.

    Args:
        keep_spare: Also keep a worker waiting with Keras loaded while a slot is free.

    Returns:
        The runs started.

    Raises:
        LabError: the disk refuses, or a setting is no number.
    """
    folder, most = paths.runs_dir(), slots()
    if not folder.is_dir():
        return []
    with runs.explained(folder), runs.store_lock():
        now = queue()
        for run, _ in now.busy:
            with log_errors(run.name):
                _kill_if_deaf(run)
        for run, sentence in now.hopeless:
            with log_errors(run.name):
                _give_up(run, sentence)
        started = _fill(now, most)
        if keep_spare and len(now.busy) + len(started) < most:
            starter.keep_ready()
    return started


def _fill(now: Queue, most: int) -> list[Run]:
    """Start what may start; the runs started."""
    limit = user_limit()
    started: list[Run] = []
    training = Counter(known_owner(run) for run, _ in now.busy)
    for waiting in now.waiting:
        if len(now.busy) + len(started) >= most:
            break
        if waiting.after or (limit and training[waiting.owner] >= limit):
            continue
        with log_errors(waiting.run.name):
            if _start(waiting.run):
                started.append(waiting.run)
                training[waiting.owner] += 1
                note_turn(waiting.owner)
    return started


def place(run: Run) -> Waiting | None:
    """Where in the queue the run stands; None when it does not wait."""
    return queue().of(run)


def _start(run: Run) -> bool:
    """Claim the run and start a worker that owns its lock from its first moment."""
    try:
        lock = runs.hold(run.path)
        if lock is None:
            return False
        try:
            _launch(run, lock)
        finally:
            os.close(lock)
    except OSError as error:
        _note_refusal(run, error)
        return False
    return True


def _launch(run: Run, lock: int) -> None:
    """Hand the run over; where no worker can be started it stays queued."""
    _write_status(run, "running", phase="starting a process and loading Keras")
    try:
        starter.start(run, lock)
    except OSError:
        _write_status(run, "queued")
        raise


def _give_up(run: Run, sentence: str) -> None:
    """What waits in vain has failed; unless it was taken up by somebody meanwhile."""
    with contextlib.suppress(OSError):
        lock = runs.hold(run.path)
        if lock is None:
            return
        try:
            if run.status.state == "queued":
                _write_status(run, "failed", message=sentence)
        finally:
            os.close(lock)


def _write_status(run: Run, state: State, message: str = "", phase: str = "") -> None:
    status = Status(
        state, message=message, phase=phase, epoch=len(run.history), updated=time.time()
    )
    schema.write(run.path / runs.STATUS_FILE, status)


def _note_refusal(run: Run, error: OSError) -> None:
    """A machine that refuses leaves the run queued; the reason goes to the server's log, once."""
    sentence = f"{run.name} could not start: {runs.explain_disk(error, run.path) or error}"
    if _refusals.get(run) != sentence:
        print(sentence, file=sys.stderr)  # noqa: T201
    _refusals[run] = sentence


def _kill_if_deaf(run: Run) -> None:
    """End a worker that has not answered its stop file within the grace time."""
    try:
        request = run, run.stop_file.stat().st_mtime_ns
    except FileNotFoundError:
        return
    # Counted from when it was first seen: the machine's clock may be set meanwhile.
    waited = time.monotonic() - _stops_seen.setdefault(request, time.monotonic())
    if waited > GRACE_S:
        with contextlib.suppress(LabError):
            starter.kill(run)


def _tick(done: threading.Event) -> None:
    """Dispatch until `done`; whatever goes wrong is reported once, and tried again."""
    keep_spare, started = os.environ.get("CNNLAB_SPARE", "1") != "0", time.monotonic()
    trimmed = started
    while not done.wait(_TICK_S):
        if time.monotonic() - trimmed > _TRIM_S:
            trimmed = time.monotonic()
            memory.give_back()
        with log_errors("The queue"):
            with runs.explained(paths.runs_dir()):
                paths.runs_dir().mkdir(parents=True, exist_ok=True)
            dispatch(keep_spare and time.monotonic() - started > _SPARE_AFTER_S)


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
        starter.end()
