"""One run: what its folder says, read fresh at every question."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cnnlab import paths, schema
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError
from cnnlab.markdown import shortened, unturned
from cnnlab.runs.lock import is_held
from cnnlab.runs.naming import described
from cnnlab.runs.notes import TITLE_CHARACTERS
from cnnlab.schema import (
    ACTIVE,
    Confusion,
    DamagedRecord,
    ExampleAnswers,
    HistoryRow,
    Latency,
    LayerNorms,
    Metrics,
    Notes,
    ProgressPoint,
    RunConfig,
    State,
    Status,
)

CONFIG_FILE = "config.json"
STATUS_FILE = "status.json"
METRICS_FILE = "metrics.json"
HISTORY_FILE = "history.csv"
PROGRESS_FILE = "progress.jsonl"
NORMS_FILE = "norms.jsonl"
CONFUSION_FILE = "confusion.json"
ANSWERS_FILE = "examples.jsonl"
NOTES_FILE = "notes.json"
LATENCY_FILE = "latency.json"
LATENCIES = ".latencies"
_LOOKS_BYTES = 1 << 22


class Gone(LabError):  # noqa: N818 - reads as what happened
    """The run's folder was deleted or moved while somebody looked at it."""


def gone(name: str) -> Gone:
    """The error to raise when a run's folder is no longer there."""
    return Gone(
        f"The folder of run {name} is gone (deleted or moved meanwhile): choose another run."
    )


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
        """What the reader calls it, else what it is; several runs may be called alike."""
        given = shortened(unturned(self.notes.title or self.config.title), TITLE_CHARACTERS)
        return given or described(self.config, self._file_bytes)

    @property
    def label(self) -> str:
        """Its title, and what tells it from others of that title: its number and its data."""
        number, _, rest = self.name.partition("-")
        words = self.title
        if self.config.dataset != "unknown":  # nobody said what an imported model learned from
            name = self.config.dataset
            words += f" on {DATASETS[name].title if name in DATASETS else name}"
        return f"{words} (no. {int(number)})" if rest and number.isdecimal() else words

    @property
    def _file_bytes(self) -> int | None:
        with suppress(LabError):
            return self.metrics.tflite_bytes
        return None

    @cached_property
    def read_only(self) -> bool:
        """Shipped with the lab: may be read and compared, not trained or deleted."""
        return self.path.parent == paths.pretrained_dir()

    @cached_property
    def config(self) -> RunConfig:
        """What was asked. Written once.

        Raises:
            Gone: the folder is no longer there.
            DamagedRecord: the file is missing, or its content does not fit.
        """
        config = schema.read(self.path / CONFIG_FILE, RunConfig)
        if config is None:
            if self.path.is_dir() or self.path.is_symlink():
                raise DamagedRecord(f"{self.name}/{CONFIG_FILE} is missing: delete the run.")
            raise gone(self.name)
        return config

    @property
    def damage(self) -> str:
        """What in its files does not fit, as one sentence; empty for a sound run.

        Raises:
            Gone: the folder is no longer there.
        """
        try:
            _ = self.config, self.metrics
        except Gone:
            raise
        except LabError as error:
            return str(error)
        return ""

    @property
    def metrics(self) -> Metrics:
        """What was measured when the run ended; all None until then.

        Raises:
            DamagedRecord: the file's content does not fit.
        """
        return self._shipped_metrics if self.read_only else self._measured()

    @cached_property
    def _shipped_metrics(self) -> Metrics:
        """Written once, as the config is: a list of shipped runs asks for them many times over."""
        return self._measured()

    def _measured(self) -> Metrics:
        return schema.read(self.path / METRICS_FILE, Metrics) or Metrics()

    @property
    def latency(self) -> Latency | None:
        """Milliseconds for one picture: as measured anew last, else at the run's end."""
        with suppress(LabError, OSError):
            if self.latency_file.stat().st_mtime_ns >= self.tflite_file.stat().st_mtime_ns:
                return schema.read(self.latency_file, Latency) or self.metrics.latency_ms
        return self.metrics.latency_ms

    @property
    def latency_file(self) -> Path:
        """What was measured anew; for a shipped run it lies among the reader's own."""
        if self.read_only:
            return paths.runs_dir() / LATENCIES / f"{self.name}.json"
        return self.path / LATENCY_FILE

    @property
    def notes(self) -> Notes:
        """What the reader wrote beside it; a damaged file reads as none, for it hides no figure."""
        with suppress(LabError):
            return schema.read(self.path / NOTES_FILE, Notes) or Notes()
        return Notes()

    @property
    def status(self) -> Status:
        """The truth about the run's state: its status file, checked against its lock.

        Raises:
            Gone: the folder is no longer there.
        """
        if self.read_only:
            return Status("done", epoch=self.metrics.epochs_run or 0)
        written = self._written_status()
        state = self._true_state(written.state)
        phase = written.phase if state in ACTIVE else ""
        return replace(written, state=state, message=_message(state, written.message), phase=phase)

    def _written_status(self) -> Status:
        """The status file; where it is lost or damaged, a word on that in its place."""
        with suppress(LabError):
            if written := schema.read(self.path / STATUS_FILE, Status):
                return written
        if not self.path.is_dir() and not self.path.is_symlink():
            raise gone(self.name)
        lost = f"{STATUS_FILE} is missing or damaged: resume the run, or delete it."
        return Status("running" if is_held(self.path) else "failed", message=lost)

    def _true_state(self, written: State) -> State:
        stop = self.stop_file.exists()
        if written == "queued":
            return "stopped" if stop else "queued"
        if written == "running":
            if is_held(self.path):
                return "stopping" if stop else "running"
            # The worker may have ended between the two looks: its last word counts.
            latest = self._written_status().state
            return latest if latest != "running" else ("stopped" if stop else "interrupted")
        return written

    @property
    def history(self) -> Sequence[HistoryRow]:
        """One row per finished epoch; what follows a half or damaged row is left out."""
        return schema.read_history(self.path / HISTORY_FILE)

    def progress(self, limit_bytes: int = 64 * 1024) -> list[ProgressPoint]:
        """The latest batch-by-batch points, oldest first; about 500 at the default limit."""
        return schema.read_lines(self.path / PROGRESS_FILE, ProgressPoint, limit_bytes)

    @property
    def norms(self) -> list[LayerNorms]:
        """Of each finished epoch the norms of every layer's weights and gradients."""
        return schema.read_lines(self.path / NORMS_FILE, LayerNorms, _LOOKS_BYTES)

    @property
    def confusion(self) -> Confusion | None:
        """Of the latest epoch on the validation part; None before the first, or if damaged."""
        with suppress(LabError):
            return schema.read(self.path / CONFUSION_FILE, Confusion)
        return None

    @property
    def examples_file(self) -> Path:
        """Twenty validation pictures that are answered after every epoch, and their classes."""
        return self.path / "examples.npz"

    @property
    def example_answers(self) -> list[ExampleAnswers]:
        """What each of them was called, epoch by epoch."""
        return schema.read_lines(self.path / ANSWERS_FILE, ExampleAnswers, _LOOKS_BYTES)

    def log(self, lines: int = 30) -> str:
        """The last lines the worker printed."""
        return "\n".join(schema.tail_lines(self.path / "log.txt")[-lines:])

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
        return self.path / (self.config.network_file or self.model_file.name)

    @property
    def checkpoint_file(self) -> Path:
        """All a resumed training needs (weights, optimizer, seeds, epoch); gone once done."""
        return self.path / "checkpoint.npz"

    @property
    def snapshots_dir(self) -> Path:
        """Kernels at chosen epochs, for the before/after and the replay."""
        return self.path / "snapshots"

    @property
    def weights_dir(self) -> Path:
        """All weights at chosen epochs, of small networks: what the replay computes with."""
        return self.path / "weights"

    @property
    def stop_file(self) -> Path:
        """Present: please stop."""
        return self.path / "stop"

    @property
    def priority_file(self) -> Path:
        """Present: while it waits, it goes before those without."""
        return self.path / "priority"


def _message(state: str, written: str) -> str:
    if state == "interrupted":
        return (
            "The training process ended without a word (killed, or the machine went down): "
            "resume it."
        )
    if state == "stopped" and not written:
        return "Stopped by request: resume it any time."
    return written
