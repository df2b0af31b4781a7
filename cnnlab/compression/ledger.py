"""What compression truly changed: every cost its own column, measured here and now.

Runs in the engine, except for `sentences`, which only compares.
"""

import functools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab import comparison, evaluation, prediction, summary
from cnnlab.compression import MethodCard
from cnnlab.compression._steps import packed_bytes
from cnnlab.errors import LabError
from cnnlab.runs import Run

_LITERT_CALLS, _KERAS_CALLS, _WARM_UP, _ROUNDS = 100, 40, 10, 5
# A cost has fallen when it is lower by more than this share.
_MOVED, _MOVED_TIME = 0.02, 0.15


@dataclass(frozen=True)
class Costs:
    """One run's costs. Bytes, and milliseconds for one picture; None where nothing was measured.

    `nonzeros` counts numbers that are not zero in the file that answers; `raw_bytes` what all its
    numbers take as stored there, `packed_bytes` what they would take in as few bits as hold them,
    `memory_bytes` those stored and the feature maps alive at the peak.
    """

    run: str
    params: int
    nonzeros: int
    macs: int
    raw_bytes: int
    packed_bytes: int
    keras_bytes: int
    tflite_bytes: int
    gzip_bytes: int
    memory_bytes: int
    litert_p50_ms: float
    litert_p95_ms: float
    keras_p50_ms: float
    keras_p95_ms: float
    accuracy: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Column:
    """A key of `Costs`, its heading, its unit as in `comparison.shown`, and its meaning."""

    key: str
    title: str
    kind: str
    help: str


COLUMNS = (
    Column("accuracy", "Test accuracy", "percent", "On the whole test part, never trained on."),
    Column("params", "Parameters", "count", "All numbers of the Keras model, zeros included."),
    Column("nonzeros", "Non-zeros", "count", "Numbers that are not zero in the file that answers."),
    Column("macs", "MACs", "count", "Multiplications with their additions for one picture."),
    Column("raw_bytes", "Weights, raw", "bytes", "All weights as stored, one after another."),
    Column(
        "packed_bytes",
        "Weights, packed",
        "bytes",
        "With each layer's weights in the fewest bits that hold them as they are: no file of the "
        "lab packs them so yet.",
    ),
    Column("keras_bytes", "Keras file", "bytes", "Weights and structure as Keras saves them."),
    Column("tflite_bytes", "TFLite file", "bytes", "What a device has to hold."),
    Column("gzip_bytes", "TFLite, gzip", "bytes", "The same, packed as it would be downloaded."),
    Column("memory_bytes", "Peak memory", "bytes", "Weights and the feature maps alive at once."),
    Column("litert_p50_ms", "LiteRT p50", "ms", "Median time for one picture, one thread."),
    Column("litert_p95_ms", "LiteRT p95", "ms", "Nineteen of twenty pictures take no longer."),
    Column("keras_p50_ms", "Keras p50", "ms", "Median time for one picture in Keras."),
    Column(
        "keras_p95_ms", "Keras p95", "ms", "Nineteen of twenty; Keras takes what threads it has."
    ),
)


def measure(folder: str) -> Costs:
    """Measure a finished run; runs in the engine.

    Raises:
        LabError: it has no model or no `model.tflite`.
    """
    run = Run(Path(folder))
    if not run.tflite_file.is_file():
        raise LabError(f"{run.name} is not finished: its costs are measured when it is done.")
    stamps = run.model_file.stat().st_mtime_ns, run.tflite_file.stat().st_mtime_ns
    return _measured(run, stamps)


@functools.lru_cache(maxsize=200)
def _measured(run: Run, _stamps: tuple[int, int]) -> Costs:
    model = evaluation.load_model(run)
    totals = summary.summarize(model).totals
    content = run.tflite_file.read_bytes()
    held = prediction.contents(content)
    quantized = run.network_file == run.tflite_file
    zeros = sum(int(w.size - np.count_nonzero(w)) for w in model.get_weights())
    metrics = run.metrics
    picture = np.zeros((1, *run.config.input_shape), np.float32)
    litert = _times(prediction.caller(content, picture), _LITERT_CALLS)
    keras = _times(lambda: model.predict_on_batch(picture), _KERAS_CALLS)
    return Costs(
        run=run.name,
        params=totals.params,
        nonzeros=held.nonzeros if quantized else totals.params - zeros,
        macs=totals.macs,
        raw_bytes=held.weight_bytes if quantized else totals.weight_bytes,
        packed_bytes=held.weight_bytes if quantized else packed_bytes(model),
        keras_bytes=run.model_file.stat().st_size,
        tflite_bytes=len(content),
        gzip_bytes=comparison.gzip_bytes(run.tflite_file) or 0,
        memory_bytes=held.memory_bytes,
        litert_p50_ms=float(np.percentile(litert, 50)),
        litert_p95_ms=float(np.percentile(litert, 95)),
        keras_p50_ms=float(np.percentile(keras, 50)),
        keras_p95_ms=float(np.percentile(keras, 95)),
        accuracy=metrics.test_accuracy,
        interval=metrics.test_interval,
    )


def _times(call: Callable[[], Any], count: int) -> list[float]:
    """Milliseconds of `count` calls after a warm-up, in the calmest of several rounds.

    Whatever else runs on the machine only ever adds time, so the round with the lowest median
    tells most of the network.
    """
    for _ in range(_WARM_UP):
        call()
    rounds = [[_time(call) for _ in range(count)] for _ in range(_ROUNDS)]
    return min(rounds, key=statistics.median)


def _time(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def sentences(parent: Costs, child: Costs, card: MethodCard) -> list[str]:
    """One sentence for each cost that did not fall from parent to child, and why.

    Args:
        parent: What it was made from.
        child: What was made.
        card: The method it was made by.
    """
    sentences = []
    for column in COLUMNS:
        if column.key != "accuracy" and not fell(column.key, parent, child):
            why = card.explain(column.key, parent, child)
            sentences += [f"{column.title} did not fall: {why}"] if why else []
    return sentences


def fell(key: str, parent: Costs, child: Costs) -> bool:
    """Whether a cost fell by more than what measuring alone would do."""
    most = _MOVED_TIME if key.endswith("_ms") else _MOVED
    return getattr(child, key) < (1 - most) * getattr(parent, key)


def columns_of(costs: Sequence[Costs]) -> list[dict[str, str]]:
    """The ledger as rows of words, one per run, for a screen or a terminal."""
    rows = []
    for one in costs:
        row = {"Run": one.run}
        for column in COLUMNS:
            words = comparison.shown(column.kind, getattr(one, column.key))
            if column.key == "accuracy" and one.interval:
                low, high = one.interval
                words += f" ({low * 100:.2f} to {high * 100:.2f})"
            row[column.title] = words
        rows.append(row)
    return rows
