"""A lane's queue: who waits, in which place, and the thread that lets one after the other compute.

Only the question at the head is with the process; all others wait here. So ending the process
of one that takes too long costs the others a moment, and a place in the queue is a plain count.
"""

import pickle
import threading
import time
from dataclasses import dataclass

from cnnlab import paths
from cnnlab.engine import _refusals
from cnnlab.engine._fork_server import EngineProcess, ForkServer, ProcessDied
from cnnlab.engine._pipe import NEWS
from cnnlab.errors import LabError
from cnnlab.progress import Progress
from cnnlab.question import Lane, Question

LEFT_S = 10.0  # a question nobody waits for may keep the others waiting for so long
LOOK_S = 0.2  # how often that, and the time limit, are looked at
TRIES = 2


@dataclass(frozen=True)
class Standing:
    """Where a question stands.

    `place` counts the questions that are answered before it. At 0 it is its turn: it has been
    computed for `computing_s`, or its process still starts (None); `progress` is the last it
    said of itself.
    """

    place: int
    computing_s: float | None = None
    progress: Progress | None = None


class Ticket:
    """One question in a queue, and how many wait for its answer."""

    def __init__(self, content: bytes, limit_s: float, heard: bool) -> None:
        self.content = content
        self.limit_s = limit_s
        self.heard = heard  # asked by somebody, not just begun
        self.askers = 0
        self.tries = 0
        self.started: float | None = None
        self.progress: Progress | None = None
        self.done = threading.Event()
        self._reply = b""
        self._refusal = ""

    @property
    def left(self) -> bool:
        """Whether all who asked have gone."""
        return self.heard and not self.askers

    @property
    def computing_s(self) -> float | None:
        """Seconds it has been computed; None while it waits."""
        return None if self.started is None else time.monotonic() - self.started

    def end(self, reply: bytes = b"", refusal: str = "") -> None:
        """Let those who wait go on, with what the process replied or with a sentence."""
        self._reply, self._refusal = reply, refusal
        self.done.set()

    def result(self) -> object:
        """The answer, a copy for each who asks; raises what the question raised."""
        if self._refusal:
            raise LabError(self._refusal)
        fine, value = pickle.loads(self._reply)
        if fine:
            return value
        raise value


class LaneQueue:
    """The questions of one lane. Its thread and its process start with the first of them."""

    def __init__(self, lane: Lane, fork_server: ForkServer) -> None:
        self._lane = lane
        self._fork_server = fork_server
        self._news = threading.Condition()
        self._waiting: list[Ticket] = []
        self._now: Ticket | None = None
        self._process: EngineProcess | None = None
        self._closed = False
        threading.Thread(target=self._work, name=f"engine-{lane.name}", daemon=True).start()

    def join(self, question: Question[object], heard: bool = True) -> Ticket:
        """Put a question into the queue, or ask along where the same one stands there."""
        # With where runs and data lie now: the process may be older than a change of them.
        asked = (paths.settings(), question)
        content = pickle.dumps(asked, protocol=pickle.HIGHEST_PROTOCOL)
        with self._news:
            ticket = self._same(content)
            if ticket is None:
                ticket = Ticket(content, question.limit_s, heard)
                if self._closed:
                    ticket.end(refusal=_refusals.STOPPED)
                self._waiting.append(ticket)
            ticket.heard |= heard
            ticket.askers += heard
            self._news.notify_all()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """One who waited does so no longer: without any, a question leaves the queue."""
        with self._news:
            ticket.askers -= 1
            if ticket.left and ticket in self._waiting:
                self._waiting.remove(ticket)

    def standing(self, ticket: Ticket) -> Standing:
        """Where a question stands; those that were only begun do not count."""
        with self._news:
            if ticket is self._now or ticket not in self._waiting:
                return Standing(0, ticket.computing_s, ticket.progress)
            before = self._waiting[: self._waiting.index(ticket)]
            busy = self._now is not None
            return Standing(busy + sum(one.heard for one in before))

    def close(self) -> None:
        """End the process; whoever waits gets a sentence, and so does whoever still comes."""
        with self._news:
            self._closed = True
            for ticket in [*self._waiting, *([self._now] if self._now else [])]:
                ticket.end(refusal=_refusals.STOPPED)
            self._waiting.clear()
            process = self._process
            self._news.notify_all()
        if process:
            process.kill()

    def _same(self, content: bytes) -> Ticket | None:
        known = [*([self._now] if self._now else []), *self._waiting]
        return next((t for t in known if t.content == content and not t.done.is_set()), None)

    def _work(self) -> None:
        """The queue's thread: one question after the other, until the queue is closed."""
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._closed, self._lane.idle_s)
                closed, self._now = self._closed, self._next()
            if closed:
                self._end_process()
                return
            if self._now is None:
                self._end_process()
                continue
            self._try(self._now)
            with self._news:
                self._now = None

    def _next(self) -> Ticket | None:
        """The first that somebody waits for, else the first that was begun."""
        self._waiting.sort(key=lambda ticket: not ticket.heard)
        return self._waiting.pop(0) if self._waiting else None

    def _end_process(self) -> None:
        if self._process:
            self._process.terminate()
            self._process = None

    def _try(self, ticket: Ticket) -> None:
        """Have a question computed; a process that dies of it gets one more try."""
        while not ticket.done.is_set():
            ticket.tries += 1
            try:
                self._compute(ticket)
            except ProcessDied as death:
                self._process = None
                if ticket.tries == TRIES and not self._closed:
                    ticket.end(refusal=_refusals.died(death, self._lane))

    def _compute(self, ticket: Ticket) -> None:
        process = self._process = self._process or self._fork_server.process(self._lane)
        ticket.started, ticket.progress = time.monotonic(), None
        process.send(ticket.content)
        while True:
            if process.replied(LOOK_S):
                message = process.receive()
                if message[:1] != NEWS:
                    ticket.end(message[1:])
                    return
                ticket.progress = pickle.loads(message[1:])
            if ticket.done.is_set():  # the queue was closed
                return
            age_s = time.monotonic() - ticket.started
            if age_s > ticket.limit_s:
                self._abort(process, ticket, _refusals.too_long(ticket.limit_s))
                return
            if ticket.left and age_s > LEFT_S and self._waiting:
                self._abort(process, ticket, _refusals.STOPPED)
                return

    def _abort(self, process: EngineProcess, ticket: Ticket, refusal: str) -> None:
        self._process = None
        process.terminate()
        ticket.end(refusal=refusal)
