"""Whatever goes wrong with one thing concerns that thing alone; the queue goes on."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from cnnlab.errors import LabError

_MOST_LOGGED = 1_000
_logged: dict[str, str] = {}


@contextmanager
def log_errors(name: str) -> Iterator[None]:
    """Run the block; what it raises goes to the server's log, once until it changes.

    Args:
        name: A run, or the part of the queue that is at work.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the queue's door: no run's files stop the others
        _log(name, error)
    else:
        _logged.pop(name, None)


def _log(name: str, error: Exception) -> None:
    known = isinstance(error, LabError | OSError)
    words = f"{name}: {error}" if known else "".join(traceback.format_exception(error))
    if _logged.get(name) != words:
        print(words, file=sys.stderr)  # noqa: T201
    if len(_logged) > _MOST_LOGGED:
        _logged.clear()
    _logged[name] = words
