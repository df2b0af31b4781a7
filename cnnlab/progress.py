"""How far a long computation is: said where it is done, shown to whoever waits for it.

A loop calls `tell`; who runs the computation says with `heard_by` where that goes. Where nobody
listens nothing happens.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

EVERY_S = 0.2  # more often nobody could read it


@dataclass(frozen=True)
class Progress:
    """So many of so many `things` are done: "test pictures", "layers"."""

    done: int
    total: int
    things: str

    @property
    def words(self) -> str:
        """ "1,200 of 10,000 test pictures"."""
        return f"{self.done:,} of {self.total:,} {self.things}"


Listener = Callable[[Progress], None]

# Of this thread alone: in the server others compute for other readers.
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def tell(done: int, total: int, things: str) -> None:
    """Say how far it is."""
    if listener := _listener.get():
        listener(Progress(done, total, things))


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Over the `with`, what this thread computes tells `listener`, a few times a second at most."""
    last = 0.0

    def seldom(now: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            listener(now)

    before = _listener.set(seldom)
    try:
        yield
    finally:
        _listener.reset(before)
