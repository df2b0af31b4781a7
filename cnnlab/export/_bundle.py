"""A run packed for other programs; a file that does not answer like the run is left out."""

import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from cnnlab import datasets, evaluation, prediction
from cnnlab.errors import LabError
from cnnlab.export._formats import QUANTIZED, Format, formats_of
from cnnlab.export._onnx import answer_onnx, to_onnx
from cnnlab.export._snippet import PREDICT, preparation
from cnnlab.export._tflite import JUDGES, to_tflite
from cnnlab.runs import Run

CHECKED_ON = 100
MOST_DIFFERENCE = 1e-4  # between probabilities, for files in full precision
LEAST_AGREEMENT = 0.99  # share of pictures named alike, for files in fewer bits

Answer = Callable[[bytes, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Check:
    """How one file answered beside the run, on `pictures` pictures.

    `difference` is the largest between two probabilities, `agreement` the share named alike;
    `passed` says whether it is offered, and `words` why or why not.
    """

    format: str
    file: str
    size_bytes: int
    pictures: int
    difference: float
    agreement: float
    passed: bool
    words: str


@dataclass(frozen=True)
class Bundle:
    """A zip archive and what was checked before it was packed."""

    name: str
    content: bytes
    checks: tuple[Check, ...]


def bundle(run: Run, wanted: Sequence[str] = ()) -> Bundle:
    """Write a run in several formats, hold each against the run, and pack those that agree.

    Args:
        run: A finished run.
        wanted: Names of formats; none: all that fit the run.

    Returns:
        The archive: models, labels, `model.json`, the exact preparation and a program that runs.

    Raises:
        LabError: an unknown format, or no file that answers as the run does.
    """
    known = {one.name: one for one in formats_of(run)}
    for name in wanted:
        if name not in known:
            raise LabError(f"{run.name} has no format {name!r}; it has: {', '.join(known)}.")
    pictures = _pictures(run)
    expected = evaluation.answer(run, pictures)
    files, checks = {}, []
    for name in wanted or known:
        content, check = _written(run, known[name], pictures, expected)
        checks.append(check)
        if check.passed:
            files[check.file] = content
    if not files:
        raise LabError(f"No file of {run.name} answers as it does: {checks[0].words}")
    return Bundle(f"{run.name}.zip", _packed(run, files, checks), tuple(checks))


def bundle_of(folder: str, wanted: Sequence[str] = ()) -> Bundle:
    """`bundle` of the run in `folder`; runs in the engine."""
    return bundle(Run(Path(folder)), wanted)


def _pictures(run: Run) -> np.ndarray:
    """Test pictures where the dataset is here, else noise; uint8 `(n, h, w, c)`."""
    name, shape = datasets.stand_in(run.config.dataset), run.config.input_shape
    if name in datasets.DATASETS and datasets.available(name).ready:
        return datasets.load(name, shape).x_test[:CHECKED_ON]
    chance = np.random.default_rng(0)
    return chance.integers(0, 256, (CHECKED_ON, *shape), np.uint8)


def _written(
    run: Run, form: Format, pictures: np.ndarray, expected: np.ndarray
) -> tuple[bytes, Check]:
    try:
        content, answer = _WAYS[form.name](run)
        said = answer(content, pictures)
    except LabError as error:
        refused = Check(form.name, form.file, 0, len(pictures), 1.0, 0.0, False, str(error))
        return b"", refused
    difference = float(np.abs(said - expected).max())
    agreement = float((said.argmax(1) == expected.argmax(1)).mean())
    full = form.name in ("keras", "tflite", "onnx", QUANTIZED.name)
    passed = difference <= MOST_DIFFERENCE if full else agreement >= LEAST_AGREEMENT
    rule = f"{MOST_DIFFERENCE:g} are allowed" if full else f"{LEAST_AGREEMENT:.0%} are asked for"
    words = (
        f"probabilities differ by {difference:.1g} at most on {len(pictures)} pictures, "
        f"{agreement:.0%} are named alike; {rule}"
    )
    check = (len(content), len(pictures), difference, agreement, passed, words)
    return content, Check(form.name, form.file, *check)


def _keras(run: Run) -> tuple[bytes, Answer]:
    import keras

    def answer(content: bytes, pictures: np.ndarray) -> np.ndarray:
        with tempfile.TemporaryDirectory(prefix="cnnlab-keras-") as folder:
            file = Path(folder) / "model.keras"
            file.write_bytes(content)
            return evaluation.predict_all(keras.models.load_model(file, compile=False), pictures)

    return run.model_file.read_bytes(), answer


def _tflite(run: Run) -> tuple[bytes, Answer]:
    return run.tflite_file.read_bytes(), prediction.answer_all


def _float16(run: Run) -> tuple[bytes, Answer]:
    return to_tflite(evaluation.load_model(run), "float16"), prediction.answer_all


def _int8(run: Run) -> tuple[bytes, Answer]:
    name, shape = datasets.stand_in(run.config.dataset), run.config.input_shape
    if name not in datasets.DATASETS or not datasets.available(name).ready:
        raise LabError("int8 needs training pictures to measure ranges, and they are not here")
    pictures = datasets.load(name, shape).x_train[:JUDGES]
    return to_tflite(evaluation.load_model(run), "int8", pictures), prediction.answer_all


def _onnx(run: Run) -> tuple[bytes, Answer]:
    return to_onnx(evaluation.load_model(run)), answer_onnx


_WAYS: dict[str, Callable[[Run], tuple[bytes, Answer]]] = {
    "keras": _keras,
    "tflite": _tflite,
    "tflite_float16": _float16,
    "tflite_int8": _int8,
    "onnx": _onnx,
    QUANTIZED.name: _tflite,
}


def _packed(run: Run, files: dict[str, bytes], checks: Sequence[Check]) -> bytes:
    config = run.config
    about = {
        "name": run.name,
        "made": time.strftime("%Y-%m-%d"),
        "files": list(files),
        "input_shape": config.input_shape,
        "preparation": config.preparation,
        "labels": config.labels,
        "architecture": config.architecture,
        "test_accuracy": run.metrics.test_accuracy,
        "command": config.command,
        "checks": [asdict(check) for check in checks],
    }
    parts: dict[str, str | bytes] = {
        **files,
        "labels.txt": "\n".join(map(str, config.labels)) + "\n",
        "model.json": json.dumps(about, indent=1) + "\n",
        "predict.py": PREDICT,
        **preparation(),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(f"{run.name}/{name}", content)
    return archive.getvalue()
