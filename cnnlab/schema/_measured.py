"""What was measured of a run when it ended: `metrics.json`, replaced whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from cnnlab.schema._reading import Misfit, Within, optional

Share = Annotated[float, Within(0, 1)]
Count = Annotated[int, Within(0, 10**15)]
Milliseconds = Annotated[float, Within(0, 1e9)]
Word = Annotated[str, Within(0, 500)]
MOST_COUNTED = 32  # classes; with more of them a matrix would outweigh all other figures
Counts = Annotated[tuple[Count, ...], Within(0, MOST_COUNTED)]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds for one picture in LiteRT: median and 95th percentile of many calls.

    `machine` is the processor and its cores, `day` when it was (2026-11-28); "" in older files.
    """

    p50: Milliseconds
    p95: Milliseconds
    machine: Word = optional("")
    day: Annotated[str, Within(0, 10)] = optional("")


@dataclass(frozen=True, slots=True)
class Seeds:
    """One training under several seeds: test accuracy (0..1) by seed, mean, sample deviation."""

    test_accuracy: Mapping[str, Share]
    mean: Share
    count: Annotated[int, Within(1, 100_000)]
    deviation: Share | None = optional(None)


@dataclass(frozen=True, slots=True)
class Metrics:
    """All figures of a run; None for what was not measured, and all None before its end.

    Attributes:
        test_accuracy: Share of the test part it reads, 0..1.
        balanced_accuracy: The mean over the classes of the share of each that is found.
        test_interval: Its 95 % interval (low, high).
        test_loss: Mean cross-entropy in nats.
        confusion: Of the same test pictures, `confusion[i][j]` of class i were called j; None
            where there are more than `MOST_COUNTED` classes.
        train_count: Pictures it learned from, without validation.
        macs: Multiplications with their additions for one picture.
        peak_activation_bytes: The largest set of feature maps alive at once, one picture.
        file_bytes: What all stored numbers take.
        variant: The form its dataset was read in.
        fingerprint: SHA-256 of the dataset.
        device: What it was trained and timed on.
        finished: When, in ISO 8601.
    """

    test_accuracy: Share | None = optional(None)
    balanced_accuracy: Share | None = optional(None)
    test_interval: tuple[Share, Share] | None = optional(None)
    test_count: Count | None = optional(None)
    test_loss: Annotated[float, Within(0, 1e12)] | None = optional(None)
    confusion: Annotated[tuple[Counts, ...], Within(0, MOST_COUNTED)] | None = optional(None)
    val_accuracy: Share | None = optional(None)
    best_epoch: Annotated[int, Within(1, 100_000)] | None = optional(None)
    epochs_run: Annotated[int, Within(0, 100_000)] | None = optional(None)
    train_seconds: Annotated[float, Within(0, 1e10)] | None = optional(None)
    train_count: Count | None = optional(None)
    params: Count | None = optional(None)
    trainable_params: Count | None = optional(None)
    params_batchnorm_folded: Count | None = optional(None)
    macs: Count | None = optional(None)
    peak_activation_bytes: Count | None = optional(None)
    file_bytes: Count | None = optional(None)
    model_bytes: Count | None = optional(None)
    tflite_bytes: Count | None = optional(None)
    gzip_bytes: Count | None = optional(None)
    latency_ms: Latency | None = optional(None)
    variant: Word = optional("")
    fingerprint: Word = optional("")
    device: Word = optional("")
    precision: Word = optional("")
    finished: Word = optional("")
    versions: Mapping[str, Word] = optional({})
    seeds: Seeds | None = optional(None)

    def sound(self, where: str) -> None:
        """What no field can say alone."""
        interval = self.test_interval
        if interval and interval[0] > interval[1]:
            raise Misfit(f"{where}test_interval", "from low to high", interval)
        rows = self.confusion or ()
        if any(len(row) != len(rows) for row in rows):
            raise Misfit(f"{where}confusion", "a square table", [list(row) for row in rows])

    @property
    def measured(self) -> bool:
        """Whether there is anything."""
        return self != Metrics()
