"""A run packed for other programs; a file that does not answer like the run is left out."""

import io
import json
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from cnnlab import datasets, evaluation, prediction, progress, schema
from cnnlab.errors import LabError
from cnnlab.export._cards import FORMATS, FormatCard, files_of, formats_of
from cnnlab.export._model_card import model_card
from cnnlab.export._snippet import predict_program, preparation
from cnnlab.export.recipe_card import card_of, why_no_card
from cnnlab.export.training_script import notebook, script
from cnnlab.runs import Run

CHECKED_ON = 100  # pictures
TIE = 1 / 256  # a step of 8 bits: probabilities nearer than this may change places
COUNTED = 2000  # pictures, class by class


@dataclass(frozen=True)
class Check:
    """How one file answered beside the run, on `pictures` pictures.

    `difference` is the largest between two probabilities, `agreement` the share named alike, or
    named otherwise where the run itself holds both as likely to a step of 8 bits;
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
    fitting = formats_of(run)
    chosen = [FORMATS[name] for name in dict.fromkeys(wanted)] or list(fitting)
    for form in chosen:
        if form not in fitting:
            known = ", ".join(one.name for one in fitting)
            raise LabError(f"{run.name} cannot be written as {form.name!r}; choose of: {known}.")
    pictures = _pictures(run)
    expected = evaluation.answer(run, pictures)
    files: dict[str, bytes] = {}
    checks = []
    for number, form in enumerate(chosen):
        progress.tell(number, len(chosen), f"files; now {form.title}")
        written, check = _written(run, form, pictures, expected)
        checks.append(check)
        if check.passed:
            files |= written
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
        with suppress(LabError):  # other pictures than it learned: then noise does as well
            return evaluation.data_of(run).x_test[:CHECKED_ON]
    chance = np.random.default_rng(0)
    return chance.integers(0, 256, (CHECKED_ON, *shape), np.uint8)


def _confusion(run: Run) -> np.ndarray | None:
    """Test pictures counted by true class and answer; None where they are not here."""
    name = datasets.stand_in(run.config.dataset)
    if name not in datasets.DATASETS or not datasets.available(name).ready:
        return None
    try:
        data = evaluation.data_of(run)
    except LabError:  # other pictures than it learned
        return None
    truth = np.asarray(data.y_test[:COUNTED])
    shares = prediction.answer_all(run.tflite_file.read_bytes(), data.x_test[:COUNTED])
    counts = np.zeros((run.config.classes, run.config.classes), int)
    np.add.at(counts, (truth, shares.argmax(axis=1)), 1)
    return counts


def _written(
    run: Run, form: FormatCard, pictures: np.ndarray, expected: np.ndarray
) -> tuple[Mapping[str, bytes], Check]:
    count = len(pictures)
    try:
        files = files_of(form, run)
        answers = _asked(form, files, pictures.astype("float32") / 255)
    except LabError as error:
        return {}, Check(form.name, form.file, 0, count, 1.0, 0.0, False, str(error))
    difference = float(np.abs(answers - expected).max())
    agreement = alike(answers, expected)
    words = (
        f"probabilities differ by {difference:.1g} at most on {count} pictures, "
        f"{agreement:.0%} are named alike; {form.tolerance.words}"
    )
    if note := form.note(files):
        words += f"; {note}"
    passed = form.tolerance.allows(difference, agreement)
    size_bytes = sum(map(len, files.values()))
    check = (size_bytes, count, difference, agreement, passed, words)
    return files, Check(form.name, form.file, *check)


def alike(answers: np.ndarray, expected: np.ndarray) -> float:
    """The share of pictures named alike, 0..1.

    A network that is hardly trained holds several classes as likely: which of them comes first
    says nothing.

    Args:
        answers: Probabilities of a file, `(n, classes)`.
        expected: Those of its run.
    """
    named = np.take_along_axis(expected, answers.argmax(axis=1)[:, None], axis=1)[:, 0]
    return float((named >= expected.max(axis=1) - TIE).mean())


def _asked(form: FormatCard, files: Mapping[str, bytes], floats: np.ndarray) -> np.ndarray:
    """What the format's own reader makes of the files."""
    with tempfile.TemporaryDirectory(prefix="cnnlab-export-") as folder:
        for place, content in files.items():
            file = Path(folder) / place
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        return form.reader(Path(folder) / form.file, floats)


def _training(run: Run) -> dict[str, str]:
    """How to train it again: card, script and notebook, where its training fits on a card."""
    if why_no_card(run):
        return {}
    card = card_of(run)
    return {
        "recipe.json": json.dumps({"version": schema.VERSION} | schema.to_json(card), indent=1),
        "train.py": script(card),
        "train.ipynb": notebook(card),
    }


def _packed(run: Run, files: dict[str, bytes], checks: Sequence[Check]) -> bytes:
    config = run.config
    about = {
        "name": run.name,
        "made": time.strftime("%Y-%m-%d"),
        "files": [check.file for check in checks if check.passed],
        "input_shape": config.input_shape,
        "preparation": config.preparation,
        "labels": config.labels,
        "architecture": config.architecture,
        "test_accuracy": run.metrics.test_accuracy,
        "command": config.made_with,
        "checks": [asdict(check) for check in checks],
    }
    parts: dict[str, str | bytes] = {
        **files,
        # A line each, whatever they are: the place in the file is the class.
        "labels.txt": "".join(f"{' '.join(str(label).split())}\n" for label in config.labels),
        "model.json": json.dumps(about, indent=1) + "\n",
        "MODEL_CARD.md": model_card(run, checks, _confusion(run)),
        "predict.py": predict_program([FORMATS[one.format] for one in checks if one.passed]),
        **preparation(),
        **_training(run),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(f"{run.name}/{name}", content)
    return archive.getvalue()
