"""The folder of runs: make, find, list, stop, take up again."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from cnnlab import datasets, paths, schema
from cnnlab.errors import LabError
from cnnlab.runs.files import explained
from cnnlab.runs.guards import claimed, explained_run, own
from cnnlab.runs.lock import store_lock
from cnnlab.runs.notes import tidied
from cnnlab.runs.run import CONFIG_FILE, NOTES_FILE, STATUS_FILE, Run
from cnnlab.schema import RunConfig, Status

_LAST = ".last"  # the highest number given so far
_DIGITS = 10  # more are no number the store has given
_MAKING_S = 10.0  # a folder without a config that is older than this will never have one
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def create(config: RunConfig) -> Run:
    """Make the folder of a new, queued run, named `NNNN-architecture-dataset`.

    Raises:
        LabError: the disk is full, read-only or forbidden.
    """
    folder = paths.runs_dir()
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = _new_folder(folder, f"{config.architecture}-{config.dataset}")
        try:
            schema.write(path / STATUS_FILE, Status("queued", updated=time.time()))
            # Last, for it is the config that makes a folder a run.
            schema.write(path / CONFIG_FILE, config)
        except OSError:
            shutil.rmtree(path, ignore_errors=True)
            raise
    return Run(path)


def adopt(folder: Path) -> Run:
    """Number the folder of a finished run, built under a hidden name in the store, and list it.

    Raises:
        LabError: the disk refuses.
    """
    config = Run(folder).config
    with explained(folder.parent):
        path = _new_folder(folder.parent, f"{config.architecture}-{config.dataset}")
        os.replace(folder, path)
    return Run(path)


def _new_folder(folder: Path, words: str) -> Path:
    """A fresh numbered folder; two processes asking at once get two numbers.

    No number is given twice, so that the address of a deleted run never shows another one.
    """
    with store_lock():
        number = max(_last_number(folder), *map(_number, os.listdir(folder))) + 1
        (folder / _LAST).write_text(f"{number}\n")
        path = folder / f"{number:04d}-{words}"
        path.mkdir()
    return path


def _last_number(folder: Path) -> int:
    try:
        return _number((folder / _LAST).read_bytes()[:100].decode("ascii", "replace").strip())
    except FileNotFoundError:
        return 0


def _number(name: str) -> int:
    digits = name.split("-")[0]
    return int(digits) if digits.isdecimal() and len(digits) < _DIGITS else 0


def find(name: str) -> Run:
    """The run called `name`: one's own first, then a shipped one.

    Raises:
        LabError: no such run.
    """
    if _may_be_run(name or ""):
        for folder in (paths.runs_dir(), paths.pretrained_dir()):
            if _there(folder / name):
                return Run(folder / name)
    raise LabError(f"There is no run {name!r} (deleted or moved meanwhile?): choose another run.")


def _may_be_run(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in (paths.STUDIES, paths.ROOMS)


def _there(folder: Path) -> bool:
    """A folder, or a link, also one that leads nowhere: it can be seen and deleted."""
    return folder.is_dir() or folder.is_symlink()


def _every(run: Run) -> bool:
    return True


def list_runs(damaged: bool = False, where: Callable[[Run], bool] = _every) -> list[Run]:
    """One's own runs, newest first.

    Args:
        damaged: Also those whose files are missing or do not fit; `Run.damage` says what.
        where: Which of them; asked before their files are checked, so it meets damaged ones.
    """
    return list(reversed(_folders(paths.runs_dir(), damaged, where)))


def pretrained(where: Callable[[Run], bool] = _every) -> list[Run]:
    """The shipped runs: the leading dataset first, in each the smallest network first."""
    return sorted(_folders(paths.pretrained_dir(), False, where), key=_shelf_place)


def _shelf_place(run: Run) -> tuple[bool, str, int, str]:
    dataset = run.config.dataset
    return not datasets.leads(dataset), dataset, run.metrics.params or 0, run.name


def _folders(folder: Path, damaged: bool, where: Callable[[Run], bool]) -> list[Run]:
    try:
        names = list(filter(_may_be_run, os.listdir(folder)))
    except (FileNotFoundError, NotADirectoryError):
        return []
    names.sort(key=lambda name: (_number(name), name))
    found = (Run(folder / name) for name in names)
    return [run for run in found if where(run) and _listed(run, damaged)]


def _listed(run: Run, damaged: bool) -> bool:
    """Whether a folder is a run to show; one without a config may be in the making."""
    try:
        if (run.path / CONFIG_FILE).exists():
            return damaged or not run.damage
        return damaged and _there(run.path) and _age_s(run.path) > _MAKING_S
    except (OSError, LabError):
        return False


def _age_s(folder: Path) -> float:
    return time.time() - folder.lstat().st_mtime


def request_stop(run: Run) -> None:
    """Ask the worker to stop; a queued run is taken out of the queue.

    Raises:
        LabError: the run has ended already or is gone, or the disk refuses.
    """
    if not run.status.active:
        raise LabError(f"{run.name} is not running: there is nothing to stop.")
    with explained_run(run):
        run.stop_file.touch()


def prioritize(run: Run) -> None:
    """Let a waiting run go before those without priority.

    Raises:
        LabError: it does not wait, or the disk refuses.
    """
    if run.status.state != "queued":
        raise LabError(f"{run.name} does not wait: there is nothing to move ahead.")
    with explained_run(run):
        run.priority_file.touch()


def annotate(run: Run, text: str, tags: Iterable[str], title: str | None = None) -> None:
    """Write a note, tags and a name beside the run, in place of the earlier ones.

    Args:
        run: One's own.
        text: The note.
        tags: Short words.
        title: What it is called from now on; "" takes the name back, None leaves it.

    Raises:
        LabError: it is shipped or gone, or the disk refuses.
    """
    own(run, "annotated")
    notes = tidied(text, tags, run.notes.title if title is None else title)
    with explained_run(run):
        schema.write(run.path / NOTES_FILE, notes)


def settle_precision(run: Run, found: str) -> Run:
    """Write into config and command which precision a training found to be the fastest here.

    Raises:
        LabError: it is gone, or the disk refuses.
    """
    config = run.config
    settled = replace(
        config,
        recipe=replace(config.recipe, precision=found),
        command=f"{config.command} --precision {found}" if config.command else "",
    )
    with explained_run(run):
        schema.write(run.path / CONFIG_FILE, settled)
    return Run(run.path)


def requeue(run: Run) -> None:
    """Put a stopped, failed or interrupted run back into the queue, to go on where it was.

    Raises:
        LabError: it is shipped, done, still active, or the disk refuses.
    """
    own(run, "trained further")
    state = run.status.state
    if state not in ("stopped", "failed", "interrupted"):
        raise LabError(f"{run.name} is {state}: only a run that ended early can be resumed.")
    with explained_run(run), claimed(run, "resumed"):
        waiting = Status("queued", epoch=len(run.history), updated=time.time())
        schema.write(run.path / STATUS_FILE, waiting)
        run.stop_file.unlink(missing_ok=True)
