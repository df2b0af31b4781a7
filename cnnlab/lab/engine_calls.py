"""Questions to the engine: everything that needs Keras."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from cnnlab import engine
from cnnlab.question import FOREIGN, Question, R
from cnnlab.runs import Run
from cnnlab.visualization import questions

WARM_BYTES = 8 * 1024 * 1024


def ask(question: Question[R]) -> R:
    """The engine's answer. Questions live in the `questions` module of the room they ask.

    Raises:
        LabError: what the question raises, or why the engine could not answer.
    """
    return engine.ask(question)


def warm_inside(run: Run) -> None:
    """Let a running engine open the run's network, so that the first view of it finds it warm.

    A large one is opened when it is asked for: it would keep others waiting.
    """
    file = run.model_file
    if engine.running() and file.is_file() and file.stat().st_size < WARM_BYTES:
        engine.begin(questions.Warm(run.path, run.config["dataset"]))


@dataclass(frozen=True)
class UploadedModel(Question[Run]):
    """A run made of a reader's `.keras` file; fields as of `importing.import_file`.

    It stands here and not in its room, which loads Keras.
    """

    lane = FOREIGN
    limit_s = 300.0

    file: Path
    name: str
    labels: tuple[str, ...] = ()
    dataset: str = ""
    preparation: str = ""
    title: str = ""

    def answer(self) -> Run:
        """Runs in the engine."""
        from cnnlab import importing

        return importing.import_file(
            *(self.file, self.name, self.labels, self.dataset, self.preparation, self.title)
        )


def import_model(
    data: bytes,
    name: str,
    labels: tuple[str, ...] = (),
    dataset: str = "",
    preparation: str = "",
    title: str = "",
) -> Run:
    """A run of a reader's own `.keras` file; see `importing.import_file` for the settings.

    Raises:
        LabError: why the file is refused.
    """
    with tempfile.TemporaryDirectory(prefix="cnnlab-import-") as folder:
        file = Path(folder) / "model.keras"
        file.write_bytes(data)
        return engine.ask(UploadedModel(file, name, labels, dataset, preparation, title))
