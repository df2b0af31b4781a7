"""Only so many pictures are decoded at once, and their memory goes back afterwards.

A small picture never waits: it takes milliseconds, and a megabyte.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from cnnlab import memory

SMALL_PIXELS = 500_000
LARGE_PIXELS = 4_000_000
AT_ONCE = 2  # of those that are not small
_some = threading.BoundedSemaphore(AT_ONCE)
_one = threading.Lock()
_count = threading.Lock()
_waiting = 0


@contextmanager
def turn(pixels: int) -> Iterator[None]:
    """Wait until there is room to decode a picture of so many pixels; large ones go singly."""
    if pixels <= SMALL_PIXELS:
        yield
        return
    _arrive(1)
    try:
        with _some:
            if pixels > LARGE_PIXELS:
                with _one:
                    yield
            else:
                yield
    finally:
        if not _arrive(-1):  # the last of them: nobody waits for the milliseconds this takes
            memory.give_back()


def _arrive(by: int) -> int:
    """Count who comes and goes; how many are there now."""
    global _waiting
    with _count:
        _waiting += by
        return _waiting
