"""A training as it stands, read from its folder."""

import functools
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnlab import datasets, jobs, runs, schema
from cnnlab.errors import DAMAGED, LabError
from cnnlab.runs import Run
from cnnlab.schema import ExampleAnswers, HistoryRow, ProgressPoint, Status, best_epoch

_ANSWERS_BYTES = 16 * 1024  # some hundred epochs: more than any picture has marks


@dataclass(frozen=True)
class Live:
    """What the page shows of a training, read from its folder at one moment.

    `history` has one row per finished epoch, `points` the batches since the last of them;
    times in seconds, `done` the finished share of all batches (0..1), `key` changes when
    anything drawn does; `waiting` is its place in the queue, None once it started.
    """

    status: Status
    history: Sequence[HistoryRow]
    points: Sequence[ProgressPoint]
    epochs: int
    done: float
    seconds_left: float | None
    waiting: jobs.Waiting | None
    best_from: int = 1
    by_loss: bool = False

    @property
    def latest(self) -> ProgressPoint | HistoryRow | None:
        """The newest point while it trains, else the last epoch's row."""
        if self.points:
            return self.points[-1]
        return self.history[-1] if self.history else None

    @property
    def best(self) -> HistoryRow | None:
        """The row of the epoch whose weights are kept."""
        if not self.history:
            return None
        return self.history[best_epoch(self.history, self.best_from, self.by_loss) - 1]

    @property
    def key(self) -> str:
        """Differs whenever there is something new to draw."""
        stamp = self.points[-1].time if self.points else 0
        return f"{self.status.state}-{self.status.updated}-{len(self.history)}-{stamp}"


def live(run: Run) -> Live:
    """How a training stands right now.

    Raises:
        LabError: the folder has gone.
    """
    status = run.status
    history, epochs = run.history, run.config.epochs
    newest = _progress(run, _stamp(run.path / runs.PROGRESS_FILE))
    points = [point for point in newest if point.epoch >= len(history)]
    part = points[-1].batch / points[-1].batches if points else 0.0
    done = min(1.0, (len(history) + part) / max(1, epochs))
    return Live(
        status=status,
        history=history,
        points=points,
        epochs=epochs,
        done=1.0 if status.state == "done" else done,
        seconds_left=_seconds_left(status, history, points, epochs),
        waiting=jobs.place(run) if status.state == "queued" else None,
        best_from=run.config.best_from,
        by_loss=run.config.recipe.keeps_lowest_loss,
    )


def shared_live(run: Run) -> Live:
    """As `live`, for pages that look every second: all who watch it train share one reading a
    second. Whether it trains is never an old answer, for a page decides by it to be drawn anew;
    nor is a place in the queue, which a press may just have changed.

    Raises:
        LabError: the folder has gone.
    """
    status = run.status
    if status.state != "running":
        return live(run)
    return _in_second(run, status.phase, status.message, int(time.monotonic()))


@functools.lru_cache(maxsize=32)
def _in_second(run: Run, _phase: str, _message: str, _second: int) -> Live:
    return live(run)


@functools.lru_cache(maxsize=32)
def _progress(run: Run, _stamp: tuple[int, int, int]) -> list[ProgressPoint]:
    """Thirty pages on one training read its file once for all of them."""
    return run.progress()


def _stamp(file: Path) -> tuple[int, int, int]:
    """Changes with the file; zeros without one."""
    try:
        found = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return 0, 0, 0
    return found.st_size, found.st_mtime_ns, found.st_ino


@dataclass(frozen=True)
class Examples:
    """The pictures a training shows: uint8 `(n, height, width, channels)`, their true classes,
    and of each the answers after the latest epochs, oldest first, `epochs` being how many there
    were. `key` changes with any of it.
    """

    pictures: np.ndarray
    classes: tuple[int, ...]
    answers: tuple[tuple[int, ...], ...]
    epochs: int
    key: tuple[int, ...]


def examples(run: Run) -> Examples | None:
    """What a training shows of its validation part; None before it began, or without the file."""
    stamps = _stamp(run.examples_file), _stamp(run.path / runs.ANSWERS_FILE)
    return _examples(run, *stamps)


@functools.lru_cache(maxsize=32)
def _examples(
    run: Run, pictures_stamp: tuple[int, int, int], answers_stamp: tuple[int, int, int]
) -> Examples | None:
    """Read when an epoch ends, not whenever somebody looks."""
    kept = _example_pictures(run.examples_file, pictures_stamp)
    if kept is None:
        return None
    pictures, classes = kept
    lines = schema.read_lines(run.path / runs.ANSWERS_FILE, ExampleAnswers, _ANSWERS_BYTES)
    fitting = [line for line in lines if len(line.answers) == len(classes)]
    answers = tuple(zip(*(line.answers for line in fitting), strict=True))
    epochs = fitting[-1].epoch if fitting else 0
    key = (*pictures_stamp, *answers_stamp)
    return Examples(pictures, classes, answers or ((),) * len(classes), epochs, key)


@functools.lru_cache(maxsize=32)
def _example_pictures(
    file: Path, stamp: tuple[int, int, int]
) -> tuple[np.ndarray, tuple[int, ...]] | None:
    """The pictures and classes in `file`; None where there are none that fit."""
    with suppress(*DAMAGED):
        with np.load(file) as arrays:
            pictures, classes = arrays["pictures"], arrays["classes"]
        if pictures.ndim == 4 and len(pictures) == len(classes) <= datasets.EXAMPLES:
            return pictures.astype(np.uint8), tuple(int(one) for one in classes)
    return None


def _seconds_left(
    status: Status, history: Sequence[HistoryRow], points: Sequence[ProgressPoint], epochs: int
) -> float | None:
    """From the time an epoch takes; before the first ends, from the batches so far."""
    if status.state != "running" or not (history or points):
        return None
    part = points[-1].batch / points[-1].batches if points else 0.0
    if history:
        seconds = sum(row.seconds for row in history[-3:]) / len(history[-3:])
    elif len(points) > 1 and points[-1].batch > points[0].batch:
        share = (points[-1].batch - points[0].batch) / points[-1].batches
        seconds = (points[-1].time - points[0].time) / share
    else:
        return None
    return max(0.0, (epochs - len(history) - part) * seconds)


def wait_for_first_point(run: Run, timeout_s: float = 30.0) -> float:
    """Seconds from now until the run's first live point; used by the benchmark."""
    started = time.monotonic()
    while time.monotonic() - started < timeout_s:
        if run.progress():
            return time.monotonic() - started
        time.sleep(0.02)
    raise LabError(f"{run.name} showed no live point within {timeout_s:.0f} s.")
