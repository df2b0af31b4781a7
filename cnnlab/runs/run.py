"""One run: what its folder says, read fresh at every question."""

import csv
import functools
import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cnnlab import paths
from cnnlab.errors import LabError
from cnnlab.runs.files import read_json, tail_lines
from cnnlab.runs.lock import is_held
from cnnlab.runs.notes import Notes, read_notes

NORMS_FILE = "norms.jsonl"
CONFUSION_FILE = "confusion.json"


class Gone(LabError):  # noqa: N818 - reads as what happened
    """The run's folder was deleted or moved while somebody looked at it."""


def gone(name: str) -> Gone:
    """The error to raise when a run's folder is no longer there."""
    return Gone(
        f"The folder of run {name} is gone (deleted or moved meanwhile): choose another run."
    )


ACTIVE = ("queued", "running", "stopping")
STATES = (*ACTIVE, "done", "stopped", "failed", "interrupted")


@dataclass(frozen=True)
class Status:
    """Where a run stands. `message` is one sentence for the reader, `phase` what runs now.

    `pid` is the worker's process on the machine called `host`.
    """

    state: str
    message: str = ""
    phase: str = ""
    epoch: int = 0
    pid: int | None = None
    host: str = ""
    updated: float = 0.0

    @property
    def active(self) -> bool:
        """Waiting or working: something may still happen by itself."""
        return self.state in ACTIVE


@dataclass(frozen=True)
class Run:
    """A run folder. Two runs are equal when they are the same folder."""

    path: Path

    @property
    def name(self) -> str:
        """The folder's name, as used in addresses and on the command line."""
        return self.path.name

    @property
    def title(self) -> str:
        """What the reader calls it; the folder's name unless given one."""
        return self.config.get("title") or self.name

    @property
    def read_only(self) -> bool:
        """Shipped with the lab: may be read and compared, not trained or deleted."""
        return self.path.parent == paths.pretrained_dir()

    @cached_property
    def config(self) -> dict[str, Any]:
        """What was asked. Written once.

        Raises:
            LabError: the folder or its config is gone or damaged.
        """
        config = read_json(self.path / "config.json")
        if not config:
            raise gone(self.name)
        return config

    @property
    def asked(self) -> str:
        """All that was asked except the seed: runs with the same are one training's seeds.

        A distilled run's twin, trained from scratch for comparison, is no part of it.
        """
        config = self.config
        keys = ("parent", "architecture", "knobs", "dataset", "input_shape")
        made = {k: v for k, v in (config.get("compression") or {}).items() if k != "scratch"}
        recipe = {k: v for k, v in config["recipe"].items() if k != "seed"}
        return json.dumps([[config.get(key) for key in keys], made, recipe], sort_keys=True)

    @property
    def metrics(self) -> dict[str, Any]:
        """What was measured when the run ended; empty until then."""
        return read_json(self.path / "metrics.json")

    @property
    def notes(self) -> Notes:
        """What the reader wrote beside it."""
        return read_notes(self.path)

    @property
    def status(self) -> Status:
        """The truth about the run's state: its status file, checked against its lock.

        Raises:
            LabError: the folder is gone.
        """
        if self.read_only:
            return Status("done", epoch=self.metrics.get("epochs_run", 0))
        written = self._written_status()
        state = self._true_state(written.get("state", ""))
        return Status(
            state=state,
            message=_message(state, written.get("message", "")),
            phase=written.get("phase", "") if state in ACTIVE else "",
            epoch=written.get("epoch", 0),
            pid=written.get("pid"),
            host=written.get("host", ""),
            updated=written.get("updated", 0.0),
        )

    def _written_status(self) -> dict[str, Any]:
        """The status file; where it is lost or damaged, a word on that in its place."""
        with suppress(LabError):
            if written := read_json(self.path / "status.json"):
                return written
        if not self.path.is_dir():
            raise gone(self.name)
        lost = "status.json is missing or damaged: resume the run, or delete it."
        return {"state": "running" if is_held(self.path) else "failed", "message": lost}

    def _true_state(self, written: str) -> str:
        stop = self.stop_file.exists()
        if written == "queued":
            return "stopped" if stop else "queued"
        if written == "running":
            if is_held(self.path):
                return "stopping" if stop else "running"
            # The worker may have ended between the two looks: its last word counts.
            latest = self._written_status().get("state", "")
            return latest if latest != "running" else ("stopped" if stop else "interrupted")
        return written if written in STATES else "failed"

    @property
    def history(self) -> list[dict[str, float]]:
        """One row per finished epoch; what follows a half or damaged row is left out."""
        file = self.path / "history.csv"
        try:
            found = file.stat()
        except OSError:
            return []
        return [dict(row) for row in _rows(file, found.st_mtime_ns, found.st_size)]

    def progress(self, limit_bytes: int = 64 * 1024) -> list[dict[str, float]]:
        """The latest batch-by-batch points, oldest first; about 500 at the default limit."""
        return _json_lines(self.path / "progress.jsonl", limit_bytes)

    @property
    def norms(self) -> list[dict[str, Any]]:
        """Of each finished epoch: `layers`, and Euclidean norms of their `weights`, `gradients`."""
        return _json_lines(self.path / NORMS_FILE, 1 << 22)

    @property
    def confusion(self) -> dict[str, Any]:
        """Of the latest epoch on the validation part: `epoch`, `counts[true][said]`; or empty."""
        with suppress(LabError):
            return read_json(self.path / CONFUSION_FILE)
        return {}

    def log(self, lines: int = 30) -> str:
        """The last lines the worker printed."""
        return "\n".join(tail_lines(self.path / "log.txt")[-lines:])

    @property
    def model_file(self) -> Path:
        """Weights and structure, Keras' own format: the best epoch so far."""
        return self.path / "model.keras"

    @property
    def tflite_file(self) -> Path:
        """The same network for LiteRT, written when the run ends."""
        return self.path / "model.tflite"

    @property
    def network_file(self) -> Path:
        """What the run answers with: `model.keras`, or `model.tflite` where it was quantized."""
        return self.path / self.config.get("network_file", self.model_file.name)

    @property
    def checkpoint_file(self) -> Path:
        """All a resumed training needs (weights, optimizer, seeds, epoch); gone once done."""
        return self.path / "checkpoint.npz"

    @property
    def snapshots_dir(self) -> Path:
        """Kernels at chosen epochs, for the before/after and the replay."""
        return self.path / "snapshots"

    @property
    def stop_file(self) -> Path:
        """Present: please stop."""
        return self.path / "stop"

    @property
    def priority_file(self) -> Path:
        """Present: while it waits, it goes before those without."""
        return self.path / "priority"


def _json_lines(path: Path, limit_bytes: int) -> list[dict[str, Any]]:
    found = []
    for line in tail_lines(path, limit_bytes):
        with suppress(ValueError):  # a line cut by a power loss
            found.append(json.loads(line))
    return found


def _message(state: str, written: str) -> str:
    if state == "interrupted":
        return (
            "The training process ended without a word (killed, or the machine went down): "
            "resume it."
        )
    if state == "stopped" and not written:
        return "Stopped by request: resume it any time."
    return written


@functools.lru_cache(maxsize=600)
def _rows(file: Path, _time_ns: int, _size: int) -> list[dict[str, float]]:
    """The rows of a history, read once for each state of the file."""
    rows = []
    with suppress(ValueError, TypeError, csv.Error):  # the first row that is no row of numbers
        for row in csv.DictReader(tail_lines(file, limit_bytes=1 << 24), strict=True):
            rows.append({key: float(value) for key, value in row.items()})
    return rows
