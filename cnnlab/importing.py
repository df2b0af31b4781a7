"""A reader's own `.keras` model becomes a run: looked into, drawn for and compared like any other.

Keras' safe mode stays on: a file that brings code of its own (a Lambda layer, a class nobody
here knows) is refused, not run.
"""

import re
import shutil
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cnnlab import datasets, evaluation, export, paths, runs, summary
from cnnlab.errors import LabError
from cnnlab.runs import Run, write_json
from cnnlab.visualization import kernels

ARCHITECTURE = "imported"
UNKNOWN = "unknown"  # stands for the dataset nobody named
PREPARATIONS = ("digit", "picture")
MAX_BYTES = 500 * 1024 * 1024
SIDES = (4, 1024)
# What Keras raises on files that are none of its own, or not whole.
BROKEN = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, RuntimeError),
    *(ImportError, MemoryError, EOFError, zipfile.BadZipFile, zlib.error),
)


@dataclass
class Model:
    """A model that fits the lab: floats 0..1 in, probabilities out; `notes` say what was added."""

    model: keras.Model
    notes: list[str] = field(default_factory=list)


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


def import_upload(file: str, name: str, settings: dict[str, Any]) -> Run:
    """`import_file` for what a page received; runs in the engine."""
    return import_file(file, name, **settings)


def load(file: Path, name: str) -> keras.Model:
    """The model in a `.keras` file, in safe mode and without its optimizer.

    Raises:
        LabError: no such file, none of Keras 3's, too large, or refused by safe mode.
    """
    _check_file(file, name)
    try:
        return keras.models.load_model(file, compile=False, safe_mode=True)
    except BROKEN as error:
        raise LabError(_why_refused(name, str(error))) from error


def _check_file(file: Path, name: str) -> None:
    # The older HDF5 format is refused by name: it knows no safe mode.
    if not name.endswith(".keras"):
        raise LabError(
            f"{name} is no .keras file: save the model with model.save('name.keras') in Keras 3."
        )
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
            size = sum(part.file_size for part in parts.infolist())
    except FileNotFoundError:
        raise LabError(f"There is no file {file}: check its name.") from None
    except BROKEN as error:
        raise LabError(f"{name} is damaged or no .keras file ({error}): save it again.") from None
    if "config.json" not in names:
        raise LabError(f"{name} holds no Keras model: save it with model.save in Keras 3.")
    if size > MAX_BYTES:
        raise LabError(
            f"{name} unpacks to {size / 2**20:.0f} MiB; the lab takes models up to "
            f"{MAX_BYTES // 2**20} MiB."
        )


def _why_refused(name: str, reason: str) -> str:
    first = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
    if "Lambda" in reason or "safe_mode" in reason or "arbitrary code" in reason:
        return (
            f"{name} holds a Lambda layer, which is program code; Keras' safe mode refuses to run "
            "it: replace the Lambda by a Keras layer and save again."
        )
    own = re.search(r"locate (?:class|function|object) '?([\w.>]+)", reason)
    if own:
        return (
            f"{name} uses {own[1]}, a layer or function of its author's own that is not in the "
            "file: use Keras' own layers and save again."
        )
    return f"{name} cannot be loaded by Keras {keras.__version__} ({first[:160]})."


def fit(model: keras.Model, name: str) -> Model:
    """The model as the lab needs it, with what was added to it said in `notes`.

    Raises:
        LabError: it does not map one picture of a fixed size to at least two classes.
    """
    _check_shapes(model, name)
    fitted = Model(model)
    if _expects_bytes(model):
        picture = keras.Input(model.inputs[0].shape[1:], name="picture_0_to_1")
        scaled = keras.layers.Rescaling(255.0, name="to_0_255")(picture)
        fitted.model = keras.Model(picture, model(scaled), name=model.name)
        fitted.notes.append(
            "It scales pictures from 0..255 itself, so a layer that multiplies by 255 was put "
            "before it."
        )
    if not _gives_probabilities(fitted.model, name):
        scores = fitted.model.outputs[0]
        chances = keras.layers.Softmax(name="softmax_added")(scores)
        fitted.model = keras.Model(fitted.model.inputs, chances, name=model.name)
        fitted.notes.append(
            "Its last layer gives scores that do not add up to 1, so a softmax was put behind it."
        )
    return fitted


def _check_shapes(model: keras.Model, name: str) -> None:
    inputs, outputs = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    way_out = "give it one Input such as (28, 28, 1) and one output with a value per class."
    if len(inputs) != 1 or len(outputs) != 1:
        raise LabError(
            f"{name} has {len(inputs)} inputs and {len(outputs)} outputs of known size: {way_out}"
        )
    given, made = tuple(inputs[0].shape[1:]), tuple(outputs[0].shape[1:])
    low, high = SIDES
    picture = len(given) == 3 and None not in given and given[2] in (1, 3)
    if not picture or not all(low <= side <= high for side in given[:2]):
        raise LabError(
            f"{name} reads {given}, not pictures of a fixed height and width from {low} to {high} "
            f"with 1 or 3 channels: {way_out}"
        )
    if len(made) != 1 or made[0] is None or made[0] < 2:
        raise LabError(f"{name} gives {made}, not one value for each of two or more classes: {way_out}")


def _expects_bytes(model: keras.Model) -> bool:
    """Whether its first working layer divides by about 255."""
    for layer in _leaves(model):
        if isinstance(layer, keras.layers.Rescaling):
            return float(np.max(layer.scale)) < 0.02
        if layer.weights:
            return False
    return False


def _leaves(model: keras.Model) -> Iterator[keras.Layer]:
    """The layers, front to back, those of models inside models among them."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _leaves(layer)
        else:
            yield layer


def _gives_probabilities(model: keras.Model, name: str) -> bool:
    """Asks it about eight random pictures; they must at least be answered by finite numbers."""
    pictures = np.random.default_rng(0).random((8, *model.inputs[0].shape[1:]), np.float32)
    try:
        answers = np.asarray(model.predict_on_batch(pictures))
    except BROKEN as error:
        reason = str(error).strip().splitlines()[0][:160]
        raise LabError(f"{name} cannot be run here ({reason}).") from error
    if not np.isfinite(answers).all():
        raise LabError(f"{name} answers with no numbers (its training diverged): train it anew.")
    return bool((answers >= -1e-6).all() and np.allclose(answers.sum(axis=1), 1.0, atol=1e-3))


def _config(
    fitted: Model, name: str, labels: list[str], dataset: str, preparation: str, title: str
) -> dict[str, Any]:
    shape = [int(side) for side in fitted.model.inputs[0].shape[1:]]
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
    return {
        "architecture": ARCHITECTURE,
        "knobs": {},
        "dataset": dataset or UNKNOWN,
        "input_shape": shape,
        "classes": classes,
        "labels": [str(label) for label in labels],
        "preparation": preparation,
        "recipe": {"epochs": 0},
        "parent": None,
        "title": title.strip()[:80] or name.removesuffix(".keras")[:80],
        "created": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "command": f"python -m cnnlab import {name}",
        "imported": {"file": name, "notes": fitted.notes},
    }


def _fill(run: Run, model: keras.Model, config: dict[str, Any]) -> None:
    """Everything a finished run's folder holds, as far as it can be known."""
    model.save(run.model_file)
    tflite_bytes = export.save_tflite(run, model)
    run.snapshots_dir.mkdir()
    np.savez(run.snapshots_dir / "final.npz", **kernels.kernels_of(model))
    totals = summary.summarize(model).totals
    metrics = {
        "params": totals.params,
        "trainable_params": totals.trainable_params,
        "macs": totals.macs,
        "model_bytes": run.model_file.stat().st_size,
        "tflite_bytes": tflite_bytes,
    }
    write_json(run.path / "config.json", config)
    write_json(run.path / "metrics.json", metrics | _tested(run, config))
    write_json(run.path / "status.json", {"state": "done", "epoch": 0, "updated": time.time()})


def _tested(run: Run, config: dict[str, Any]) -> dict[str, Any]:
    """Its test accuracy, where the dataset is named and on this machine."""
    dataset = config["dataset"]
    if dataset == UNKNOWN or not datasets.available(dataset).ready:
        return {}
    judged = evaluation.evaluate(run)
    return {
        "test_accuracy": judged.accuracy,
        "test_interval": list(judged.interval),
        "test_count": judged.test_count,
        "test_loss": judged.loss,
        "variant": judged.variant,
    }
