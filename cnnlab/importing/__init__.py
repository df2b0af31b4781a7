"""A reader's own `.keras` model becomes a run: looked into, drawn for and compared like any other.

Keras' safe mode stays on: a file that brings code of its own (a Lambda layer, a class nobody
here knows) is refused, not run.
"""

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras

from cnnlab import comparison, datasets, evaluation, export, paths, runs, schema, summary
from cnnlab.errors import LabError
from cnnlab.importing._fitting import Model, fit
from cnnlab.importing._loading import load
from cnnlab.runs import Run
from cnnlab.runs.arrays import write_arrays
from cnnlab.schema import Imported, Metrics, Recipe, RunConfig, Status
from cnnlab.training.keeping import save_model
from cnnlab.visualization.features import kernels

ARCHITECTURE = "imported"
UNKNOWN = "unknown"  # stands for the dataset nobody named
PREPARATIONS = ("digit", "picture")


def import_file(
    file: str | Path,
    name: str = "",
    labels: Sequence[str] = (),
    dataset: str = "",
    preparation: str = "",
    title: str = "",
) -> Run:
    """Make a finished run of a model file.

    Args:
        file: A `.keras` file of Keras 3.
        name: The file's name, where `file` is a copy under another one.
        labels: The classes' names, in order; none: those of `dataset`, else numbers.
        dataset: What it was trained on, if it is one of the lab's: test pictures come from it,
            and the test accuracy is measured.
        preparation: "digit" or "picture"; the dataset's own, else "digit" for small gray input.
        title: What to call it; the file's name by default.

    Returns:
        The new run; its config's "imported" holds the file's name and notes on what was added.

    Raises:
        LabError: not a `.keras` file, one that safe mode refuses, or a network that does not
            map one picture to at least two classes; the sentence says which.
    """
    name = name or Path(file).name
    fitted = fit(load(Path(file), name), name)
    config = _config(fitted, name, list(labels), dataset, preparation, title)
    store = paths.runs_dir()
    with runs.explained(store):
        store.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".importing-", dir=store))
        try:
            folder.chmod(0o755)
            _fill(Run(folder), fitted.model, config)
            return runs.adopt(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _config(
    fitted: Model, name: str, labels: list[str], dataset: str, preparation: str, title: str
) -> RunConfig:
    height, width, channels = (int(side) for side in fitted.model.inputs[0].shape[1:])
    shape = (height, width, channels)
    classes = int(fitted.model.outputs[0].shape[1])
    card = datasets.DATASETS[dataset] if dataset else None
    if not labels and card:
        labels = list(card.labels)
    labels = labels or [str(number) for number in range(classes)]
    if len(labels) != classes:
        where = f"{card.title} has" if card and tuple(labels) == card.labels else "There are"
        raise LabError(
            f"{where} {len(labels)} class names and {name} tells {classes} classes apart: give "
            f"{classes} names."
        )
    usual = "digit" if shape[2] == 1 and max(shape[:2]) <= 32 else "picture"
    preparation = preparation or (card.preparation if card else usual)
    if preparation not in PREPARATIONS:
        raise LabError(f"A preparation is 'digit' or 'picture'. Received: {preparation!r}.")
    plan = RunConfig(
        architecture=ARCHITECTURE,
        knobs={},
        dataset=dataset or UNKNOWN,
        input_shape=shape,
        classes=classes,
        labels=tuple(str(label) for label in labels),
        preparation="digit" if preparation == "digit" else "picture",
        recipe=Recipe(epochs=0),
        title=title.strip()[:80] or name.removesuffix(".keras")[:80],
        created=time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        command=f"python -m cnnlab import {name}",
        imported=Imported(name, tuple(fitted.notes)),
    )
    return schema.from_json(RunConfig, schema.to_json(plan))


def _fill(run: Run, model: keras.Model, config: RunConfig) -> None:
    """Everything a finished run's folder holds, as far as it can be known."""
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
    schema.write(run.path / runs.METRICS_FILE, _tested(run, config, metrics))
    schema.write(run.path / runs.STATUS_FILE, Status("done", updated=time.time()))


def _tested(run: Run, config: RunConfig, metrics: Metrics) -> Metrics:
    """The figures with its test accuracy, where the dataset is named and on this machine."""
    dataset = config.dataset
    if dataset == UNKNOWN or not datasets.available(datasets.stand_in(dataset)).ready:
        return metrics
    judged = evaluation.evaluate(run)
    return replace(
        metrics,
        test_accuracy=judged.accuracy,
        test_interval=judged.interval,
        test_count=judged.test_count,
        test_loss=judged.loss,
        variant=judged.variant,
    )
