"""What a worker does with its run: train or compress, measure, convert, say done."""

import platform
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnnlab import (
    comparison,
    compression,
    datasets,
    evaluation,
    export,
    prediction,
    summary,
    training,
)
from cnnlab.runs import Run, write_json
from cnnlab.training import device
from cnnlab.training.callbacks import best_epoch


def work(run: Run, report: Callable[..., None]) -> None:
    """Train or compress `run` and finish it; a stop leaves it stopped, ready to be resumed."""
    config = run.config
    report(phase="loading the pictures")
    data = datasets.load(
        config["dataset"],
        tuple(config["input_shape"]),
        limit=config["recipe"].get("train_limit") or None,
    )
    make = compression.make if config.get("compression") else training.train
    try:
        model = make(run, report, data)
    except training.StopRequested:
        report(state="stopped", phase="", epoch=len(run.history))
        return
    report(phase="measuring on the test pictures")
    write_json(run.path / "metrics.json", measure(run, model, data))
    run.checkpoint_file.unlink(missing_ok=True)
    run.stop_file.unlink(missing_ok=True)
    report(state="done", phase="", epoch=len(run.history), message=_reason(run))


def measure(run: Run, model: Any, data: datasets.Data) -> dict[str, Any]:
    """The run's figures, all from the model itself; the test part is read here, once."""
    judged = evaluation.evaluate(run, data)
    totals = summary.summarize(model).totals
    memory = {
        "peak_activation_bytes": totals.peak_activation_bytes,
        "file_bytes": totals.file_bytes,
    }
    if run.network_file == run.tflite_file:  # quantized: the file is there, and is what counts
        held = prediction.contents(run.tflite_file.read_bytes())
        memory = {
            "peak_activation_bytes": held.activation_bytes,
            "file_bytes": held.weight_bytes,
        }
    else:
        export.save_tflite(run, model)
    return {
        "test_accuracy": judged.accuracy,
        "test_interval": list(judged.interval),
        "test_count": judged.test_count,
        "test_loss": judged.loss,
        **_trained(run),
        "train_count": len(data.x_train),
        "params": totals.params,
        "trainable_params": totals.trainable_params,
        "params_batchnorm_folded": totals.params_batchnorm_folded,
        "macs": totals.macs,
        **memory,
        "model_bytes": run.model_file.stat().st_size,
        "tflite_bytes": run.tflite_file.stat().st_size,
        "gzip_bytes": comparison.gzip_bytes(run.tflite_file),
        "latency_ms": latency(run),
        "variant": data.variant,
        "fingerprint": data.fingerprint,
        "device": device.device(),
        "precision": device.precision(run.config["recipe"]),
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "versions": versions(),
    }


def _trained(run: Run) -> dict[str, Any]:
    """What its epochs say; nothing where there were none."""
    history = run.history
    if not history:
        return {}
    best = best_epoch(history, run.config.get("best_from", 1))
    return {
        "val_accuracy": history[best - 1]["val_accuracy"],
        "best_epoch": best,
        "epochs_run": len(history),
        "train_seconds": round(sum(row["seconds"] for row in history), 1),
    }


def latency(run: Run, calls: int = 200) -> dict[str, float]:
    """Milliseconds for one picture in LiteRT on this machine: median and 95th percentile."""
    picture = np.zeros(run.config["input_shape"], "float32")
    prediction.predict(run, picture)  # the first call loads the file
    taken = [prediction.predict(run, picture).latency_ms for _ in range(calls)]
    return {"p50": float(np.percentile(taken, 50)), "p95": float(np.percentile(taken, 95))}


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
    history, recipe = run.history, run.config["recipe"]
    if len(history) >= recipe["epochs"]:
        return ""
    return (
        f"Stopped early after epoch {len(history)}: no lower validation loss for "
        f"{recipe['patience']} epochs."
    )
