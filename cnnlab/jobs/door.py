"""Whatever goes wrong with one thing concerns that thing alone; the queue goes on."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from cnnlab.errors import LabError

_MOST_TOLD = 1_000
_told: dict[str, str] = {}


@contextmanager
def set_aside(name: str) -> Iterator[None]:
    """Run the block; what it raises goes to the server's log, once until it changes.

    Args:
        name: A run, or the part of the queue that is at work.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the queue's door: no run's files stop the others
        _tell(name, error)
    else:
        _told.pop(name, None)


def _tell(name: str, error: Exception) -> None:
    known = isinstance(error, LabError | OSError)
    words = f"{name}: {error}" if known else "".join(traceback.format_exception(error))
    if _told.get(name) != words:
        print(words, file=sys.stderr)  # noqa: T201
    if len(_told) > _MOST_TOLD:
        _told.clear()
    _told[name] = words
