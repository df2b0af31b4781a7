"""One run's metrics, read from its folder: a flat row of plain values."""

import functools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cnnlab.schema import HistoryRow, Latency, Metrics, RunConfig, Status

Row = dict[str, Any]
_GZIP = 31  # zlib's window bits for the gzip format
_LEVEL = 6  # what the gzip command uses


class Trained(Protocol):
    """What is needed of a run: its name, what was asked, what was measured, its files."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def config(self) -> RunConfig: ...

    @property
    def metrics(self) -> Metrics: ...

    @property
    def latency(self) -> Latency | None: ...

    @property
    def history(self) -> Sequence[HistoryRow]: ...

    @property
    def status(self) -> Status: ...

    @property
    def read_only(self) -> bool: ...

    @property
    def model_file(self) -> Path: ...

    @property
    def tflite_file(self) -> Path: ...


@dataclass(frozen=True)
class Metric:
    """One line of the table: its key in a row, its words, its unit, and which way is better.

    `kind` is "percent", "count", "bytes", "ms", "seconds" or "text"; `better` is "high", "low"
    or "" where neither is.
    """

    key: str
    title: str
    kind: str
    better: str
    part: str
    help: str


def _metrics() -> tuple[Metric, ...]:
    accuracy = "Share of the test pictures it reads; none was trained on or chosen by."
    rows = (
        ("Accuracy", "accuracy", "Test accuracy", "percent", "high", accuracy),
        (
            *("Accuracy", "mean_accuracy", "Mean over seeds", "percent", ""),
            "The same training from several random starts: a fairer figure than any one of them.",
        ),
        ("Size", "params", "Parameters", "count", "low", "All numbers the network stores."),
        (
            *("Size", "trainable_params", "of them trainable", "count", "low"),
            "Without batch-norm's moving averages; some sources count only these.",
        ),
        (
            *("Size", "folded_params", "batch-norm folded", "count", "low"),
            "What is left to store once batch-norm has vanished into the layer before it.",
        ),
        ("Size", "tflite_bytes", "File (TFLite)", "bytes", "low", "What a device has to hold."),
        (
            *("Size", "gzip_bytes", "File, gzip", "bytes", "low"),
            "The TFLite file packed, as it would be downloaded.",
        ),
        (
            *("Size", "model_bytes", "File (Keras)", "bytes", "low"),
            "Weights and structure as Keras saves them; may hold the optimizer's state.",
        ),
        (
            *("Speed", "macs", "MACs", "count", "low"),
            "Multiplications with their additions for one picture.",
        ),
        (
            *("Speed", "memory_bytes", "Memory for one picture", "bytes", "low"),
            "Float32 weights, batch-norm folded, and the feature maps alive at once at the peak.",
        ),
        (
            *("Speed", "peak_activation_bytes", "of it feature maps", "bytes", "low"),
            "The largest set of feature maps alive at once, float32, one picture.",
        ),
        (
            *("Speed", "latency_p50_ms", "Latency, median", "ms", "low"),
            "One picture in LiteRT, one thread, on the machine and day it was measured.",
        ),
        (
            *("Speed", "latency_p95_ms", "Latency, 95th percentile", "ms", "low"),
            "Nineteen of twenty pictures take no longer.",
        ),
        ("Speed", "latency_machine", "Latency measured on", "text", "", "Processor and cores."),
        ("Speed", "latency_day", "Latency measured at", "text", "", "The day."),
        ("Training", "epoch_seconds", "Time per epoch", "seconds", "low", "Mean over its epochs."),
        ("Training", "train_seconds", "Training time", "seconds", "low", "All epochs together."),
        (
            *("Training", "epochs", "Epochs", "count", ""),
            "Passes over the training pictures; the best one by validation is kept.",
        ),
        ("Training", "best_epoch", "Best epoch", "count", "", "The epoch whose weights are kept."),
        ("Training", "train_count", "Training pictures", "count", "", "Without validation."),
        ("Training", "seed", "Seed", "text", "", "Decides initial weights and picture order."),
        ("What it is", "architecture", "Architecture", "text", "", "The recipe of its layers."),
        ("What it is", "variant", "Dataset and variant", "text", "", "In which form it was read."),
        ("What it is", "test_count", "Test pictures", "count", "", "How many it was judged by."),
        ("What it is", "input", "Input", "text", "", "Height x width x channels it sees."),
    )
    return tuple(
        Metric(key, title, kind, better, part, text)
        for part, key, title, kind, better, text in rows
    )


METRICS = _metrics()
TITLES = {metric.key: metric.title for metric in METRICS}
# What a device has to hold and to compute: the four costs of a challenge, a budget, a study.
DEVICE_COSTS = ("params", "tflite_bytes", "memory_bytes", "macs")
# What accuracy is held against: keys of `METRICS` whose smaller values are better.
COSTS = (
    *("params", "macs", "tflite_bytes", "gzip_bytes", "latency_p50_ms"),
    *("memory_bytes", "train_seconds"),
)


def metrics_row(run: Trained) -> Row:
    """The run's row: every key of `METRICS` and what groups and links need; None if unknown.

    Raises:
        LabError: its folder is gone or a file of it damaged.
    """
    config, metrics, seconds = run.config, run.metrics, [row.seconds for row in run.history]
    seeds, latency = metrics.seeds, run.latency
    return {
        "run": run.name,
        "title": run.title,
        "shipped": run.read_only,
        "state": run.status.state,
        "parent": config.parent,
        "study": config.study.study if config.study else "",
        "command": config.made_with,
        "accuracy": metrics.test_accuracy,
        "interval": metrics.test_interval,
        "mean_accuracy": seeds.mean if seeds else None,
        "deviation": seeds.deviation if seeds else None,
        "seed_count": seeds.count if seeds else None,
        "params": metrics.params,
        "trainable_params": metrics.trainable_params,
        "macs": metrics.macs,
        "model_bytes": metrics.model_bytes,
        "tflite_bytes": _size(run.tflite_file),
        "gzip_bytes": metrics.gzip_bytes or gzip_bytes(run.tflite_file),
        "folded_params": metrics.params_batchnorm_folded,
        "peak_activation_bytes": metrics.peak_activation_bytes,
        "memory_bytes": _memory(metrics),
        "latency_p50_ms": latency.p50 if latency else None,
        "latency_p95_ms": latency.p95 if latency else None,
        "latency_machine": latency.machine or "a machine nobody noted" if latency else None,
        "latency_day": latency.day or metrics.finished[:10] if latency else None,
        "epoch_seconds": sum(seconds) / len(seconds) if seconds else None,
        "train_seconds": metrics.train_seconds or sum(seconds) or None,
        "epochs": metrics.epochs_run or len(seconds) or None,
        "best_epoch": metrics.best_epoch,
        "train_count": metrics.train_count,
        "seed": config.recipe.seed if config.recipe.trains else None,
        "architecture": config.architecture,
        "dataset": config.dataset,
        "variant": metrics.variant or None,
        "fingerprint": metrics.fingerprint or None,
        "test_count": metrics.test_count,
        "preparation": config.preparation,
        "labels": list(config.labels),
        "input": config.words_of_shape,
    }


def mixed_latencies(rows: Sequence[Row]) -> str:
    """A sentence where the latencies come from several machines or days; "" where they do not."""
    places = dict.fromkeys(
        (row["latency_machine"], row["latency_day"]) for row in rows if row["latency_p50_ms"]
    )
    if len(places) < 2:
        return ""
    listed = "; ".join(f"{machine}, {day or 'day unknown'}" for machine, day in list(places)[:4])
    more = f" and {len(places) - 4} more" if len(places) > 4 else ""
    return (
        f"These latencies come from different machines or days ({listed}{more}), so they cannot be "
        "compared: measure them anew, all on this machine."
    )


def _memory(metrics: Metrics) -> int | None:
    """Float32 weights, batch-norm folded, and the feature maps alive at once at the peak."""
    if metrics.file_bytes is None or metrics.peak_activation_bytes is None:
        return None
    return metrics.file_bytes + metrics.peak_activation_bytes


def gzip_bytes(file: Path) -> int | None:
    """Bytes of `file` after gzip at its usual level; None when there is no file.

    Measured once for each state of the file.
    """
    try:
        stat = file.stat()
    except OSError:
        return None
    return _packed(file, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=2000)
def _packed(file: Path, _time_ns: int, _size: int) -> int:
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    count = 0
    with file.open("rb") as source:
        while block := source.read(1 << 20):
            count += len(packer.compress(block))
    return count + len(packer.flush())


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def shown(kind: str, value: Any) -> str:
    """A value in the reader's words: "98.77 %", "591,786", "245.9 KiB", "0.023 ms", "4 min 3 s"."""
    if value is None:
        return ""
    if kind == "percent":
        return f"{value * 100:.2f} %"
    if kind == "count":
        return f"{value:,}"
    if kind == "bytes":
        return _bytes(value)
    if kind == "ms":
        return f"{value:.3f} ms" if value < 10 else f"{value:,.1f} ms"
    return _seconds(value) if kind == "seconds" else str(value)


def _bytes(value: int) -> str:
    for unit, factor in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if value >= factor:
            return f"{value / factor:,.1f} {unit}"
    return f"{value} B"


def _seconds(value: float) -> str:
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
