"""One run's figures, read from its folder: a flat row of plain values."""

import functools
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

Row = dict[str, Any]
_GZIP = 31  # zlib's window bits for the gzip format
_LEVEL = 6  # what the gzip command uses


class Trained(Protocol):
    """What is needed of a run: its name, what was asked, what was measured, its files.

    `asked` is all of it but the seed, as one text.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def asked(self) -> str: ...
    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def metrics(self) -> Mapping[str, Any]: ...
    @property
    def history(self) -> list[dict[str, float]]: ...
    @property
    def status(self) -> Any: ...
    @property
    def read_only(self) -> bool: ...
    @property
    def model_file(self) -> Path: ...
    @property
    def tflite_file(self) -> Path: ...


@dataclass(frozen=True)
class Figure:
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


def _figures() -> tuple[Figure, ...]:
    accuracy = "Share of the test pictures it reads; none was trained on or chosen by."
    lines = (
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
            "One picture in LiteRT, one thread, on the machine that trained the run.",
        ),
        (
            *("Speed", "latency_p95_ms", "Latency, 95th percentile", "ms", "low"),
            "Nineteen of twenty pictures take no longer.",
        ),
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
        Figure(key, title, kind, better, part, text)
        for part, key, title, kind, better, text in lines
    )


FIGURES = _figures()


def figures(run: Trained) -> Row:
    """The run's row: every key of `FIGURES` and what groups and links need; None if unknown.

    Raises:
        LabError: its folder is gone or a file of it damaged.
    """
    config, metrics, seconds = run.config, run.metrics, [r["seconds"] for r in run.history]
    seeds, latency = metrics.get("seeds") or {}, metrics.get("latency_ms") or {}
    taken = metrics.get("train_seconds", sum(seconds) or None)
    epochs = metrics.get("epochs_run", len(seconds) or None)
    return {
        "run": run.name,
        "title": run.title,
        "shipped": run.read_only,
        "state": run.status.state,
        "parent": config.get("parent"),
        "command": config.get("command"),
        "accuracy": metrics.get("test_accuracy"),
        "interval": metrics.get("test_interval"),
        "mean_accuracy": seeds.get("mean"),
        "deviation": seeds.get("deviation"),
        "seed_count": seeds.get("count"),
        **{k: metrics.get(k) for k in ("params", "trainable_params", "macs", "model_bytes")},
        "tflite_bytes": _size(run.tflite_file),
        "gzip_bytes": metrics.get("gzip_bytes") or gzip_bytes(run.tflite_file),
        "folded_params": metrics.get("params_batchnorm_folded"),
        "peak_activation_bytes": metrics.get("peak_activation_bytes"),
        "memory_bytes": _memory(metrics),
        "latency_p50_ms": latency.get("p50"),
        "latency_p95_ms": latency.get("p95"),
        "epoch_seconds": sum(seconds) / len(seconds) if seconds else None,
        "train_seconds": taken,
        "epochs": epochs,
        "best_epoch": metrics.get("best_epoch"),
        "train_count": metrics.get("train_count"),
        "seed": config["recipe"].get("seed"),
        "architecture": config["architecture"],
        "dataset": config["dataset"],
        "variant": metrics.get("variant"),
        "fingerprint": metrics.get("fingerprint"),
        "test_count": metrics.get("test_count"),
        "preparation": config["preparation"],
        "labels": list(config["labels"]),
        "input": "x".join(map(str, config["input_shape"])),
    }


def _memory(metrics: Mapping[str, Any]) -> int | None:
    """Float32 weights, batch-norm folded, and the feature maps alive at once at the peak."""
    parts = metrics.get("file_bytes"), metrics.get("peak_activation_bytes")
    return None if None in parts else sum(parts)


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
