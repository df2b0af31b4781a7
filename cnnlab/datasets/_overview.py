"""What there is to see of a dataset: counted once, kept on disk, read back piece by piece.

Counting needs every picture in memory, so it happens in a process of its own (`_process`);
the server maps the results from disk and touches only what it shows.
"""

import functools
import hashlib
import os
import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from cnnlab import paths, schema
from cnnlab.datasets._card import DATASETS, Layout, Shape
from cnnlab.datasets._duplicates import same_pictures
from cnnlab.datasets._find import available, found_or_complain
from cnnlab.datasets._load import Data, load
from cnnlab.datasets._neighbors import neighbors
from cnnlab.datasets._process import run_task
from cnnlab.errors import DAMAGED, LabError
from cnnlab.schema import DamagedRecord, Neighbors, OverviewFacts, SamePictures

SAMPLE_BYTES = 24 * 2**20
FEWEST, MOST = 6, 48
BINS = 64
VERSION = 1  # raise it when what is counted changes: older overviews are then counted anew
STEPS = 4
FACTS = "facts.json"
ARRAYS = ("samples", "places", "mean", "deviation", "histogram", "twins", "doubles")
_counting: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


@dataclass(frozen=True)
class Overview:
    """A dataset at a glance, in its card's own shape.

    Attributes:
        counts: Pictures of each class, by part: "train", "validation", "test".
        channel_mean: Mean of each channel over the training part, 0..1; `channel_deviation`
            likewise.
        same: Pictures that stand in the data more than once.
        neighbors: How often a picture's nearest neighbor is of another class.
        samples: `(classes, some, height, width, channels)` training pictures, uint8; where a
            class has fewer, `places` is -1.
        places: `(classes, some)`, each sample's place in the training part.
        mean: `(1 + classes, height, width, channels)` uint8: all pictures, then class by class.
        deviation: Likewise, the standard deviation at each pixel.
        histogram: `(channels, 64)` counts of pixel values in the training part.
        twins: `(some, 2, height, width, channels)` nearest neighbors of different classes.
        doubles: `(some, 2, height, width, channels)` pictures that stand there twice.
    """

    name: str
    variant: str
    fingerprint: str
    labels: tuple[str, ...]
    shape: Shape
    counts: Mapping[str, tuple[int, ...]]
    skipped: int
    channel_mean: tuple[float, ...]
    channel_deviation: tuple[float, ...]
    same: SamePictures
    neighbors: Neighbors
    samples: np.ndarray
    places: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    histogram: np.ndarray
    twins: np.ndarray
    doubles: np.ndarray


def overview(name: str, progress: Callable[[int, int], None] | None = None) -> Overview:
    """A dataset's overview, counted in a process of its own if nobody has asked before.

    Args:
        name: A dataset on this machine.
        progress: Called with (steps done, steps in all) while it is counted.

    Raises:
        LabError: no such dataset, not on this machine, or it cannot be read.
    """
    found = find_overview(name)
    if found is None:
        with _counting[name]:  # thirty pages opened at once count it once
            if find_overview(name) is None:
                run_task("overview", name, progress=progress)
        found = find_overview(name)
    if found is None:
        raise LabError(f"The files of {name} changed while they were counted: load the page again.")
    return found


def find_overview(name: str) -> Overview | None:
    """A dataset's overview if it has been counted, its arrays mapped from disk.

    Raises:
        LabError: no such dataset, or it is not on this machine.
    """
    folder = _folder(name)
    facts = _facts(folder)
    if facts is None:
        return None
    counted = {field.name: getattr(facts, field.name) for field in fields(facts)}
    arrays = {key: np.load(folder / f"{key}.npy", mmap_mode="r") for key in ARRAYS}
    return Overview(**counted, **arrays)


def _facts(folder: Path) -> OverviewFacts | None:
    """What was counted; None where nothing was, or the file is damaged: it is counted anew."""
    try:
        return schema.read(folder / FACTS, OverviewFacts)
    except DamagedRecord:
        return None


def counts_here(name: str) -> tuple[int, int]:
    """How many pictures to learn from and to test this machine holds; official ones if it has none.

    Counted where that has been done or is quick; a part of a dataset is not called the whole.

    Raises:
        LabError: there is no such dataset.
    """
    card, found = DATASETS[name], available(name)
    if found.folder is None or found.layout is None:
        return card.train_count, card.test_count
    folder = _folder(name)
    if facts := _facts(folder):
        counts = {part: sum(each) for part, each in facts.counts.items()}
        return counts["train"] + counts["validation"], counts["test"]
    if found.layout.count:
        return _quickly_counted(found.folder / found.layout.paths[0], found.layout)
    return card.train_count, card.test_count


@functools.lru_cache(maxsize=64)
def _quickly_counted(path: Path, layout: Layout) -> tuple[int, int]:
    """0 and 0 where the file is broken, which whoever reads it says."""
    try:
        return layout.count(path) if layout.count else (0, 0)
    except DAMAGED:
        return 0, 0


def count_overview(name: str, progress: Callable[[int, int], None] | None = None) -> None:
    """Counts a dataset's overview and keeps it; needs memory for all its pictures."""
    report = progress or (lambda done, total: None)
    report(0, STEPS)
    data = load(name)
    report(1, STEPS)
    pictures = _count(data, report)
    _keep(pictures, _folder(name))
    report(4, STEPS)


def _count(data: Data, report: Callable[[int, int], None]) -> Overview:
    mean, deviation, histogram = _statistics(data)
    report(2, STEPS)
    same, doubles = same_pictures(data)
    report(3, STEPS)
    close, twins = neighbors(data)
    samples, places = _samples(data)
    levels = np.arange(256) / 255
    shares = histogram / np.maximum(histogram.sum(axis=1, keepdims=True), 1)
    channel_mean = shares @ levels
    spread = np.sqrt(np.maximum(shares @ levels**2 - channel_mean**2, 0))
    parts = {"train": data.y_train, "validation": data.y_val, "test": data.y_test}
    return Overview(
        name=data.name,
        variant=data.variant,
        fingerprint=data.fingerprint,
        labels=data.labels,
        shape=data.input_shape,
        counts={
            part: tuple(np.bincount(y, minlength=len(data.labels)).tolist())
            for part, y in parts.items()
        },
        skipped=data.skipped,
        channel_mean=tuple(channel_mean.round(4).tolist()),
        channel_deviation=tuple(spread.round(4).tolist()),
        same=same,
        neighbors=close,
        samples=samples,
        places=places,
        mean=mean,
        deviation=deviation,
        histogram=histogram.reshape(len(histogram), BINS, -1).sum(axis=2),
        twins=twins,
        doubles=doubles,
    )


def _statistics(data: Data) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and deviation pictures (all, then by class); `(channels, 256)` counts of values."""
    classes, shape = len(data.labels), data.input_shape
    totals = np.zeros((classes, *shape), np.float64)
    squares = np.zeros_like(totals)
    histogram = np.zeros((shape[2], 256), np.int64)
    for label in range(classes):
        rows = np.flatnonzero(data.y_train == label)
        for start in range(0, len(rows), 512):
            x = data.x_train[rows[start : start + 512]]
            totals[label] += x.sum(axis=0, dtype=np.float64)
            squares[label] += np.square(x, dtype=np.float32).sum(axis=0, dtype=np.float64)
            for channel in range(shape[2]):
                histogram[channel] += np.bincount(x[..., channel].reshape(-1), minlength=256)
    counts = np.bincount(data.y_train, minlength=classes).astype(np.float64)
    totals = np.concatenate([totals.sum(axis=0, keepdims=True), totals])
    squares = np.concatenate([squares.sum(axis=0, keepdims=True), squares])
    number = np.maximum(np.concatenate([[counts.sum()], counts]), 1)[:, None, None, None]
    mean = totals / number
    deviation = np.sqrt(np.maximum(squares / number - mean**2, 0))
    return np.rint(mean).astype(np.uint8), np.rint(deviation).astype(np.uint8), histogram


def _samples(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """Some training pictures of each class, drawn once and for all, and their places."""
    classes = len(data.labels)
    room = SAMPLE_BYTES // (classes * data.x_train[0].nbytes)
    wanted = int(min(MOST, max(FEWEST, room)))
    samples = np.zeros((classes, wanted, *data.input_shape), np.uint8)
    places = np.full((classes, wanted), -1, np.int64)
    for label in range(classes):
        rows = np.flatnonzero(data.y_train == label)
        rows = np.random.default_rng(label).permutation(rows)[:wanted]
        samples[label, : len(rows)] = data.x_train[rows]
        places[label, : len(rows)] = rows
    return samples, places


def _folder(name: str) -> Path:
    """Where the overview of what lies on disk now is kept; other data has another folder."""
    card = DATASETS[name]
    folder, layout = found_or_complain(card)
    digest = hashlib.sha256(f"{VERSION} {layout.variant} {card.input_shape}".encode())
    for path in (folder / path for path in layout.paths):
        facts = path.stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}".encode())
    return _root() / f"{name}-{digest.hexdigest()[:12]}"


def _root() -> Path:
    """Folder of all overviews: below the data folder, or where that takes nothing, in /tmp."""
    root = paths.data_dir() / "overviews"
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError:
        writable = False
    else:
        writable = os.access(root, os.W_OK)
    return root if writable else Path(tempfile.gettempdir()) / f"cnnlab-overviews-{os.getuid()}"


def _keep(overview: Overview, folder: Path) -> None:
    """Writes an overview beside its place and moves it there whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        counted = {field.name: getattr(overview, field.name) for field in fields(OverviewFacts)}
        for key in ARRAYS:
            np.save(part / f"{key}.npy", getattr(overview, key))
        schema.write(part / FACTS, OverviewFacts(**counted))
        if _facts(folder) is None:  # another process may have been faster
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
