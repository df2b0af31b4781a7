"""The processes that hold Keras for the pages: the server asks, the engine answers.

Streamlit slows down and may crash when Keras shares its process, so the server never imports
it. `ask(question)` has it answered over there. Keras is loaded once, by a process that only
waits (`_fork_server`); each lane of questions (`cnnlab.question`) gets a copy of that process, made
in hundredths of a second and sharing its memory. So light questions never wait behind heavy
ones, and a process that dies or computes for too long costs nobody but its own question.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from cnnlab.engine._fork_server import ForkServer
from cnnlab.engine._queue import LaneQueue, Standing
from cnnlab.engine.questions import Pid
from cnnlab.question import Lane, Question, R

__all__ = ["Standing", "ask", "begin", "running", "start", "stop", "while_waiting"]

TICK_S = 0.5  # how often a waiting asker hears where it stands, and may leave

_lock = threading.Lock()
_processes = ForkServer()
_queues: dict[Lane, LaneQueue] = {}

Watcher = Callable[[], AbstractContextManager[Callable[[Standing], None]]]


@contextmanager
def _nobody() -> Iterator[Callable[[Standing], None]]:
    yield lambda standing: None


_watcher: Watcher = _nobody


def while_waiting(watcher: Watcher) -> None:
    """Set who is told, in the asker's own thread, how a question stands while it waits.

    Args:
        watcher: Opened when a wait grows long, closed when it is over. What it gives is called
            twice a second; whatever that raises goes to the asker, and the question leaves.
    """
    global _watcher
    _watcher = watcher


def start() -> None:
    """Load Keras in the background, so that the first question finds it there."""
    begin(Pid())


def stop() -> None:
    """End the engine's processes at once; those who wait get a sentence."""
    with _lock:
        queues = list(_queues.values())
        _queues.clear()
    for queue in queues:
        queue.close()
    _processes.close()


def running() -> bool:
    """Whether the engine was started."""
    return bool(_queues)


def begin(question: Question[object]) -> None:
    """Have a question answered when nobody else waits; what it refuses is not heard."""
    _queue_of(question.lane).join(question, heard=False)


def ask(question: Question[R]) -> R:
    """The answer, computed by the engine.

    Who asks what is being computed already waits for the same answer.

    Raises:
        LabError: what the question raised, or why the engine could not answer it.
    """
    queue = _queue_of(question.lane)
    ticket = queue.join(question)
    try:
        if not ticket.done.wait(TICK_S):
            with _watcher() as tell:
                while not ticket.done.is_set():
                    tell(queue.standing(ticket))
                    ticket.done.wait(TICK_S)
        return cast(R, ticket.result())
    finally:
        queue.leave(ticket)


def _queue_of(lane: Lane) -> LaneQueue:
    with _lock:
        if lane not in _queues:
            _queues[lane] = LaneQueue(lane, _processes)
        return _queues[lane]
