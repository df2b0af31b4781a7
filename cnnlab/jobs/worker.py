"""What a worker does with its run: train or compress, measure, convert, say done."""

import platform
import time
from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np

from cnnlab import (
    comparison,
    compression,
    datasets,
    evaluation,
    export,
    prediction,
    runs,
    schema,
    summary,
    training,
)
from cnnlab.recipe import spoiled_and_mended
from cnnlab.runs import METRICS_FILE, Run
from cnnlab.schema import Metrics, best_epoch
from cnnlab.training import device, precision


def work(run: Run, report: Callable[..., None]) -> None:
    """Train or compress `run` and finish it; a stop leaves it stopped, ready to be resumed."""
    config = run.config
    report(phase="loading the pictures")
    data = datasets.load(
        config.dataset,
        config.input_shape,
        limit=config.recipe.train_limit or None,
    )
    data = evaluation.fitting(run, data)
    # What it is made from must have learned the same classes and pictures; what is only begun
    # with another's weights may learn others.
    if config.parent and config.compression:
        evaluation.fitting(runs.find(config.parent), data)
    data = spoiled_and_mended(data, config.recipe)
    make = compression.make if config.compression else training.train
    try:
        compression.rehearse(run, data, report)
        model = make(run, report, data)
    except training.StopRequested:
        report(state="stopped", phase="", epoch=len(run.history))
        return
    run = Run(run.path)  # its config says by now in which precision it was trained
    tested = config.study is None or config.study.tested
    report(phase="measuring on the test pictures" if tested else "measuring")
    metrics = measure(run, model, data)
    if tested:
        metrics = with_test(run, metrics, data)
    schema.write(run.path / METRICS_FILE, metrics)
    run.checkpoint_file.unlink(missing_ok=True)
    run.stop_file.unlink(missing_ok=True)
    report(state="done", phase="", epoch=len(run.history), message=_reason(run))


def measure(run: Run, model: keras.Model, data: datasets.Data) -> Metrics:
    """The run's figures, all from the model itself; the test part stays unread."""
    totals = summary.summarize(model).totals
    peak, stored = totals.peak_activation_bytes, totals.file_bytes
    if run.network_file == run.tflite_file:  # quantized: the file is there, and is what counts
        held = prediction.contents(run.tflite_file.read_bytes())
        peak, stored = held.activation_bytes, held.weight_bytes
    else:
        export.save_tflite(run, model)
    measured = Metrics(
        train_count=len(data.x_train),
        params=totals.params,
        trainable_params=totals.trainable_params,
        params_batchnorm_folded=totals.params_batchnorm_folded,
        macs=totals.macs,
        peak_activation_bytes=peak,
        file_bytes=stored,
        model_bytes=run.model_file.stat().st_size,
        tflite_bytes=run.tflite_file.stat().st_size,
        gzip_bytes=comparison.gzip_bytes(run.tflite_file),
        latency_ms=prediction.latency(run),
        variant=data.variant,
        fingerprint=data.fingerprint,
        device=device.device(),
        precision=precision.precision(run.config),
        finished=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        versions=versions(),
    )
    return _with_epochs(run, measured)


def with_test(run: Run, measured: Metrics, data: datasets.Data) -> Metrics:
    """The figures with those of the test part, which is read here, once."""
    return evaluation.evaluate(run, data).recorded_in(measured)


def _with_epochs(run: Run, measured: Metrics) -> Metrics:
    """The figures with what its epochs say; as they are where there were none."""
    history = run.history
    if not history:
        return measured
    best = best_epoch(history, run.config.best_from, run.config.recipe.keeps_lowest_loss)
    return replace(
        measured,
        val_accuracy=history[best - 1].val_accuracy,
        best_epoch=best,
        epochs_run=len(history),
        train_seconds=round(sum(row.seconds for row in history), 1),
    )


def versions() -> dict[str, str]:
    """What made these figures: library versions, backend and processor."""
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }


def _reason(run: Run) -> str:
    """Why a training ended before its last epoch; empty when it did not."""
    config = Run(run.path).config  # as it is now: epochs may have been added or taken away
    history, recipe = run.history, config.recipe
    if len(history) >= config.epochs:
        return ""
    return (
        f"Stopped early after epoch {len(history)}: no lower validation loss for "
        f"{recipe.patience} epochs."
    )
