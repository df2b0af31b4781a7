"""How good a model is on pictures it never saw: accuracy with its interval, and per class."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab import datasets, prediction, progress, schema
from cnnlab.errors import LabError
from cnnlab.evaluation.metrics import balanced_accuracy, per_class, wilson_interval
from cnnlab.evaluation.provenance import (
    UNKNOWN,
    UNSEEN,
    basis,
    check_known,
    data_of,
    fitting,
    mismatch,
)
from cnnlab.keras_graph import open_file
from cnnlab.runs import Run
from cnnlab.schema import Metrics

if TYPE_CHECKING:
    import keras

__all__ = [
    "UNKNOWN",
    "UNSEEN",
    "Evaluation",
    "answer",
    "balanced",
    "basis",
    "check_known",
    "data_of",
    "evaluate",
    "fitting",
    "judge",
    "load_model",
    "mismatch",
    "predict_all",
    "wilson_interval",
]

_BATCH = 256
_NO_MODEL = "{} has no trained model yet: wait for its first epoch to end."


@dataclass(frozen=True)
class Evaluation:
    """A model's answers on one part of a dataset, counted.

    `accuracy` is a fraction with its 95 % Wilson interval `(low, high)`; `loss` the mean
    cross-entropy in nats; `balanced_accuracy` the mean over the classes of the share of each that
    is found, which a large class cannot carry; `confusion[i][j]` counts pictures of class i called
    j. `fingerprint` is that of the data, `basis` what is known of whether the model learned from
    these pictures, `preparation` how many of them the preparation for handwriting changed.
    """

    run: str
    dataset: str
    variant: str
    part: str
    test_count: int
    accuracy: float
    interval: tuple[float, float]
    loss: float
    labels: tuple[str, ...]
    balanced_accuracy: float
    confusion: list[list[int]]
    per_class: list[dict[str, Any]]
    fingerprint: str = ""
    basis: str = ""
    preparation: str = ""

    @property
    def kept_confusion(self) -> tuple[tuple[int, ...], ...] | None:
        """The counts as a run's metrics keep them: None where there are too many classes."""
        if len(self.labels) > schema.MOST_COUNTED:
            return None
        return tuple(map(tuple, self.confusion))

    def recorded_in(self, metrics: Metrics) -> Metrics:
        """A run's metrics with what its test part says."""
        return replace(
            metrics,
            test_accuracy=self.accuracy,
            balanced_accuracy=self.balanced_accuracy,
            test_interval=self.interval,
            test_count=self.test_count,
            test_loss=self.loss,
            confusion=self.kept_confusion,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        return asdict(self)


def evaluate(run: Run, data: datasets.Data | None = None, part: str = "test") -> Evaluation:
    """Measure a run's best model on `part` ("test" or "val") of its dataset.

    Where the dataset is not here and a part of it is, that part is measured, and named.

    Raises:
        LabError: no model was saved yet, or the dataset is not on this machine or is another one
            than the run learned.
    """
    if not run.network_file.is_file():
        raise LabError(_NO_MODEL.format(run.name))
    data = data_of(run) if data is None else fitting(run, data)
    pictures, truth = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
    return judge(run.name, data, part, answer(run, pictures), truth, basis(run, data))


def answer(run: Run, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` of a run for uint8 pictures `(n, height, width, channels)`.

    A quantized run is asked through LiteRT, every other through Keras.

    Raises:
        LabError: no model was saved yet, or its file is damaged.
    """
    if run.network_file == run.tflite_file:
        if not run.tflite_file.is_file():
            raise LabError(_NO_MODEL.format(run.name))
        return prediction.answer_all(run.tflite_file.read_bytes(), pictures)
    return predict_all(load_model(run), pictures)


def load_model(run: Run) -> "keras.Model":
    """The run's best model so far.

    Raises:
        LabError: there is none yet, or the file is damaged.
    """
    if not run.model_file.is_file():
        raise LabError(_NO_MODEL.format(run.name))
    return open_file(run.model_file, run.name)


def predict_all(model: "keras.Model", pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for uint8 pictures `(n, height, width, channels)`."""
    answers = []
    for i in range(0, len(pictures), _BATCH):
        progress.tell(i, len(pictures), "pictures")
        batch = pictures[i : i + _BATCH].astype("float32") / 255.0
        answers.append(np.asarray(model.predict_on_batch(batch)))
    return np.concatenate(answers)


def judge(
    run: str,
    data: datasets.Data,
    part: str,
    probabilities: np.ndarray,
    truth: np.ndarray,
    basis: str = "",
) -> Evaluation:
    """Count the answers `(n, classes)` against the true labels `(n,)`; with its `basis`."""
    predicted = probabilities.argmax(axis=1)
    right = int((predicted == truth).sum())
    confusion = np.zeros((len(data.labels), len(data.labels)), int)
    np.add.at(confusion, (truth, predicted), 1)
    likelihood = np.clip(probabilities[np.arange(len(truth)), truth], 1e-7, 1.0)
    return Evaluation(
        run=run,
        dataset=data.name,
        variant=data.variant,
        part=part,
        test_count=len(truth),
        accuracy=right / len(truth),
        interval=wilson_interval(right, len(truth)),
        loss=float(-np.log(likelihood).mean()),
        labels=tuple(data.labels),
        balanced_accuracy=balanced_accuracy(confusion),
        confusion=confusion.tolist(),
        per_class=per_class(data.labels, confusion),
        fingerprint=data.fingerprint,
        basis=basis,
        preparation=datasets.prepared(data.name) if part == "test" else "",
    )
