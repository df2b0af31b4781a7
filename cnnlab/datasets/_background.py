"""Downloads that go on while the reader looks at other pages; one a dataset, seen by everybody."""

import threading
from dataclasses import dataclass

from cnnlab.datasets._card import DATASETS
from cnnlab.datasets._fetch import fetch
from cnnlab.errors import LabError


@dataclass
class Download:
    """A download as it stands: bytes so far, bytes in all, and the sentence it failed with."""

    name: str
    done: int
    total: int
    error: str = ""
    stop: bool = False
    running: bool = True


class _StoppedError(Exception):
    """The reader stopped a download."""


_downloads: dict[str, Download] = {}
_lock = threading.Lock()


def start_fetch(name: str) -> Download:
    """Starts downloading a dataset in the background, unless it is on its way already.

    Raises:
        LabError: there is no such dataset.
    """
    card = DATASETS[name]
    with _lock:
        current = _downloads.get(name)
        if current and current.running:
            return current
        current = _downloads[name] = Download(name, 0, card.size_bytes)
    threading.Thread(target=_fetch, args=(current,), name=f"fetch-{name}", daemon=True).start()
    return current


def stop_fetch(name: str) -> None:
    """Stops a download; what has arrived is kept and goes on from there next time."""
    if name in _downloads:
        _downloads[name].stop = True


def fetching(name: str) -> Download | None:
    """The download of a dataset that runs or ran last; None when there was none."""
    return _downloads.get(name)


def _fetch(download: Download) -> None:
    def progress(done: int, total: int) -> None:
        download.done, download.total = done, total
        if download.stop:
            raise _StoppedError

    try:
        fetch(download.name, progress)
    except LabError as error:
        download.error = str(error)
    except _StoppedError:
        download.error = "Stopped; what has arrived is kept, and Download goes on from there."
    finally:
        download.running = False
