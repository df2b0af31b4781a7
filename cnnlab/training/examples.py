"""Twenty validation pictures, and what the network calls each of them after every epoch."""

import keras
import numpy as np

from cnnlab import datasets, schema
from cnnlab.runs import ANSWERS_FILE, Run
from cnnlab.runs.arrays import write_arrays
from cnnlab.schema import ExampleAnswers


class Examples(keras.callbacks.Callback):
    """Keeps the pictures in the run's folder, and writes a line of answers an epoch.

    It asks when validation ends: the weights in force are then those the epoch is judged by.
    """

    def __init__(self, run: Run, data: datasets.Data, kept: keras.Model) -> None:
        super().__init__()
        self._run, self._kept = run, kept
        places = datasets.example_places(data.y_val)
        self._pictures, self._classes = data.x_val[places], data.y_val[places]

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        shown = datasets.small(self._pictures)
        write_arrays(self._run.examples_file, {"pictures": shown, "classes": self._classes})

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        answers = self._answers() if len(self._pictures) else []
        with (self._run.path / ANSWERS_FILE).open("a") as file:
            file.write(schema.line_of(ExampleAnswers(self._epoch + 1, tuple(answers))))

    def _answers(self) -> list[int]:
        pictures = np.divide(self._pictures, 255, dtype="float32")
        scores = np.asarray(self._kept(pictures, training=False), "float32")
        return [int(answer) for answer in scores.argmax(axis=-1)]
