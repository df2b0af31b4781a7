"""A model that was not trained by a worker becomes a finished run: imported, or operated on."""

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import keras

from cnnlab import comparison, datasets, evaluation, export, paths, runs, schema, summary
from cnnlab.runs import Run
from cnnlab.runs.arrays import write_arrays
from cnnlab.schema import Metrics, RunConfig, Status
from cnnlab.training.saving import save_model
from cnnlab.visualization.features import kernels


def adopt_finished(model: keras.Model, config: RunConfig, data: datasets.Data | None) -> Run:
    """A new run of a model, with everything a finished run's folder holds, as far as it is known.

    Args:
        model: As the config says; it is saved, and written for LiteRT.
        config: Of the new run.
        data: To measure its test accuracy on; None where it is not here.

    Raises:
        LabError: the disk refuses, or the model cannot be written for LiteRT.
    """
    store = paths.runs_dir()
    with runs.explained(store):
        store.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".making-", dir=store))
        try:
            folder.chmod(0o755)
            _fill(Run(folder), model, config, data)
            return runs.adopt(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _fill(run: Run, model: keras.Model, config: RunConfig, data: datasets.Data | None) -> None:
    save_model(model, run.model_file)
    tflite_bytes = export.save_tflite(run, model)
    run.snapshots_dir.mkdir()
    write_arrays(run.snapshots_dir / "final.npz", kernels.kernels_of(model))
    totals = summary.summarize(model).totals
    metrics = Metrics(
        params=totals.params,
        trainable_params=totals.trainable_params,
        params_batchnorm_folded=totals.params_batchnorm_folded,
        macs=totals.macs,
        peak_activation_bytes=totals.peak_activation_bytes,
        file_bytes=totals.file_bytes,
        model_bytes=run.model_file.stat().st_size,
        tflite_bytes=tflite_bytes,
        gzip_bytes=comparison.gzip_bytes(run.tflite_file),
    )
    schema.write(run.path / runs.CONFIG_FILE, config)
    schema.write(run.path / runs.METRICS_FILE, _tested(run, metrics, data))
    schema.write(run.path / runs.STATUS_FILE, Status("done", updated=time.time()))


def _tested(run: Run, metrics: Metrics, data: datasets.Data | None) -> Metrics:
    """The figures with its test accuracy, where the dataset is named and on this machine."""
    if data is None:
        return metrics
    judged = evaluation.evaluate(run, data)
    known = replace(metrics, variant=judged.variant, fingerprint=judged.fingerprint)
    return judged.recorded_in(known)
