"""Runs that go: at once, or out of sight first, so that one may have them back."""

import os
import shutil
import time
from pathlib import Path

from cnnlab import paths
from cnnlab.errors import LabError
from cnnlab.runs.files import explained
from cnnlab.runs.guards import claimed, explained_run, own, training
from cnnlab.runs.lock import is_held
from cnnlab.runs.run import Run

_PREFIX = ".deleted-"
KEPT_S = 3600.0  # so long a discarded run can be had back


def delete(run: Run) -> None:
    """Remove a run's folder and all in it.

    Raises:
        LabError: it is shipped or still trains.
    """
    own(run, "deleted")
    if run.path.is_symlink():
        with explained_run(run):
            _unlink(run)
        return
    with explained_run(run), claimed(run, "deleted"):
        # Out of sight first, so that no half-deleted run is ever listed.
        shutil.rmtree(_hide(run))


def discard(run: Run) -> None:
    """Put a run out of sight; `restore` brings it back within an hour, after that it may go.

    Raises:
        LabError: it is shipped or still trains.
    """
    if run.path.is_symlink():
        delete(run)
        return
    own(run, "deleted")
    _empty()
    with explained_run(run), claimed(run, "deleted"):
        os.utime(_hide(run))


def restore(name: str) -> Run:
    """Bring a discarded run back under its name.

    Raises:
        LabError: it is gone for good, or the disk refuses.
    """
    path, hidden = (paths.runs_dir() / one for one in (name, f"{_PREFIX}{name}"))
    if "/" in name or not hidden.is_dir() or path.exists():
        raise LabError(f"{name} cannot be brought back: it is gone for good.")
    with explained(path):
        hidden.rename(path)
    return Run(path)


def _hide(run: Run) -> Path:
    hidden = run.path.with_name(f"{_PREFIX}{run.name}")
    shutil.rmtree(hidden, ignore_errors=True)
    run.path.rename(hidden)
    return hidden


def _empty() -> None:
    """What was discarded longer ago than anybody may have it back goes for good."""
    for folder in paths.runs_dir().glob(f"{_PREFIX}*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _unlink(run: Run) -> None:
    """Of a link the link alone goes, and only while nobody trains behind it."""
    if is_held(run.path):
        raise training(run, "deleted")
    run.path.unlink()
