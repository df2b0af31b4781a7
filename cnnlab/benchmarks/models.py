"""Every shipped model on this machine: LiteRT as the lab asks it, beside plain Keras.

Latency is one picture at a time, LiteRT on one thread. Throughput is many pictures on all
cores: LiteRT with an interpreter for each, Keras in batches of 256.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlab import evaluation, prediction, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run

_CALLS = 300
_KERAS_CALLS = 50
_PICTURES = 1024
_ROUNDS = 3
_COLUMNS = (
    ("params", "parameters", "{:,}"),
    ("accuracy", "accuracy", "{:.2%}"),
    ("litert_p50_ms", "p50 ms", "{:.3f}"),
    ("litert_p95_ms", "p95 ms", "{:.3f}"),
    ("keras_p50_ms", "Keras p50", "{:.3f}"),
    ("litert_images_per_s", "images/s", "{:,.0f}"),
    ("keras_images_per_s", "Keras", "{:,.0f}"),
)


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """One line a model: parameters, test accuracy (mean over its seeds), latency, throughput.

    Raises:
        LabError: nothing is shipped.
    """
    shipped = sorted(runs.pretrained(), key=lambda run: run.metrics.params or 0)
    if not shipped:
        raise LabError("pretrained/ is empty: there is no shipped model to measure.")
    wide = max(len(run.name) for run in shipped)
    heads = "  ".join(f"{head:>10}" for _, head, _ in _COLUMNS)
    say(f"{'model':{wide}}  {heads}  tested on")
    figures = {}
    for run in shipped:
        row = figures[run.name] = _figures(run)
        cells = "  ".join(f"{form.format(row[key]):>10}" for key, _, form in _COLUMNS)
        say(f"{run.name:{wide}}  {cells}  {row['variant']}")
    say("p50, p95: one picture in LiteRT, one thread; Keras p50: one picture by predict_on_batch.")
    say("images/s: many pictures, all cores; Keras in batches of 256.")
    return figures


def _figures(run: Run) -> dict[str, Any]:
    metrics, shape = run.metrics, run.config.input_shape
    pictures = np.random.default_rng(0).integers(0, 256, (_PICTURES, *shape), np.uint8)
    one = pictures[0].astype("float32") / 255
    content, model = run.tflite_file.read_bytes(), evaluation.load_model(run)
    lite = [prediction.predict(run, one).latency_ms for _ in range(_CALLS + 1)][1:]
    plain = _times(lambda: model.predict_on_batch(one[None]), _KERAS_CALLS)
    lite_all = _times(lambda: prediction.answer_all(content, pictures), _ROUNDS)
    plain_all = _times(lambda: evaluation.predict_all(model, pictures), _ROUNDS)
    return {
        "params": metrics.params,
        "accuracy": metrics.seeds.mean if metrics.seeds else metrics.test_accuracy,
        "seeds": metrics.seeds.count if metrics.seeds else 1,
        "variant": metrics.variant,
        "litert_p50_ms": float(np.percentile(lite, 50)),
        "litert_p95_ms": float(np.percentile(lite, 95)),
        "keras_p50_ms": float(np.median(plain)) * 1000,
        "litert_images_per_s": _PICTURES / min(lite_all),
        "keras_images_per_s": _PICTURES / min(plain_all),
    }


def _times(work: Callable[[], Any], rounds: int) -> list[float]:
    """Seconds of each of `rounds` calls, after one that does not count."""
    work()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return taken
