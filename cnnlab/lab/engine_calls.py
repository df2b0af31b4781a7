"""Questions to the engine: everything that needs Keras."""

import functools
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cnnlab import datasets, engine, evaluation
from cnnlab.question import FOREIGN, Question, R
from cnnlab.runs import Run
from cnnlab.schema import Settings
from cnnlab.visualization import questions
from cnnlab.visualization.network import LayerInfo
from cnnlab.visualization.samples import Samples

WARM_BYTES = 8 * 1024 * 1024
MOST_PICTURES = 1000
MOST_PICTURE_BYTES = 8 * 1024 * 1024


def ask(question: Question[R]) -> R:
    """The engine's answer. Questions live in the `questions` module of the room they ask.

    Raises:
        LabError: what the question raises, or why the engine could not answer.
    """
    return engine.ask(question)


def layers(run: Run) -> tuple[LayerInfo, ...]:
    """The layers of a run's network, front to back; asked once while its file stays the same.

    Raises:
        LabError: it has no model yet, or none that can be looked into.
    """
    return _layers(run.path, _stamp(run.model_file))


def test_pictures(dataset: str, input_shape: Sequence[int]) -> Samples:
    """Test pictures of a dataset in a network's size, the same at every question; kept.

    Up to 1,000: as many as take a few megabytes.

    Raises:
        LabError: no such dataset, not on this machine, or it cannot be read.
    """
    height, width, channels = input_shape
    return _test_pictures(dataset, (height, width, channels), datasets.stamp(dataset))


def example_pictures(dataset: str, input_shape: Sequence[int]) -> Samples:
    """The twenty validation pictures a training on `dataset` would show; kept.

    Raises:
        LabError: no such dataset, not on this machine, or it cannot be read.
    """
    height, width, channels = input_shape
    return _example_pictures(dataset, (height, width, channels), datasets.stamp(dataset))


@functools.lru_cache(maxsize=32)
def _example_pictures(dataset: str, shape: tuple[int, int, int], _data: str) -> Samples:
    return ask(questions.ExamplePictures(dataset, shape))


@functools.lru_cache(maxsize=100)
def _layers(folder: Path, _stamp: int) -> tuple[LayerInfo, ...]:
    return ask(questions.Layers(folder))


@functools.lru_cache(maxsize=4)
def _test_pictures(dataset: str, shape: tuple[int, int, int], _data: str) -> Samples:
    count = max(1, min(MOST_PICTURES, MOST_PICTURE_BYTES // math.prod(shape)))
    return ask(questions.TestPictures(dataset, shape, count))


def mismatch(run: Run, dataset: str, found: Samples) -> str:
    """Why these pictures of a run's own dataset say nothing of it, as a sentence; "" if they do.

    Those of another dataset were chosen to see what it makes of them.
    """
    if dataset != datasets.stand_in(run.config.dataset):
        return ""
    return evaluation.mismatch(run, dataset, found.labels, found.fingerprint, found.variant)


def state_of(run: Run) -> str:
    """Changes with what a run answers with, and with the data it is measured on here.

    The part of a cached figure's key that says for how long it holds.
    """
    files = (run.model_file, run.tflite_file)
    data = datasets.stamp(datasets.stand_in(run.config.dataset))
    return " ".join([*(str(_stamp(file)) for file in files), data])


def _stamp(path: Path) -> int:
    """When a file was last written; 0 where there is none."""
    return path.stat().st_mtime_ns if path.exists() else 0


def warm_inside(run: Run) -> None:
    """Let a running engine open the run's network, so that the first view of it finds it warm.

    A large one is opened when it is asked for: it would keep others waiting.
    """
    file = run.model_file
    if engine.running() and file.is_file() and file.stat().st_size < WARM_BYTES:
        engine.begin(questions.Warm(run.path, datasets.stand_in(run.config.dataset)))


@dataclass(frozen=True)
class UploadedModel(Question[Run]):
    """A run made of a reader's model file; fields as of `importing.import_file`.

    It stands here and not in its room, which loads Keras.
    """

    lane = FOREIGN
    limit_s = 600.0  # VGG19 takes 100 s of processor: minutes on a busy machine

    file: Path
    name: str
    labels: tuple[str, ...] = ()
    dataset: str = ""
    preparation: str = ""
    title: str = ""
    input_range: str = ""
    side: int = 0
    architecture: str = ""
    knobs: Settings = field(default_factory=dict)

    def answer(self) -> Run:
        """Runs in the engine."""
        from cnnlab import importing

        return importing.import_file(
            *(self.file, self.name, self.labels, self.dataset, self.preparation, self.title),
            *(self.input_range, self.side, self.architecture, self.knobs),
        )


def import_model(
    data: bytes,
    name: str,
    labels: tuple[str, ...] = (),
    dataset: str = "",
    preparation: str = "",
    title: str = "",
    input_range: str = "",
    side: int = 0,
    architecture: str = "",
) -> Run:
    """A run of a reader's own model file; see `importing.import_file` for the settings.

    Raises:
        LabError: why the file is refused.
    """
    with tempfile.TemporaryDirectory(prefix="cnnlab-import-") as folder:
        file = Path(folder) / "model"
        file.write_bytes(data)
        settings = (labels, dataset, preparation, title, input_range, side, architecture)
        return engine.ask(UploadedModel(file, name, *settings))
