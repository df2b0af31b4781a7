"""Keras' own file."""

from pathlib import Path

import numpy as np

from cnnlab.export._cards import FULL_PRECISION, export_format
from cnnlab.runs import Run


def ask_keras(model_file: Path, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for float32 pictures `(n, height, width, channels)` in 0..1."""
    import keras

    model = keras.models.load_model(model_file, compile=False)
    return np.asarray(model.predict_on_batch(pictures))


@export_format(
    title="Keras",
    file="model.keras",
    reader=ask_keras,
    packages="keras tensorflow",
    tolerance=FULL_PRECISION,
)
def keras(run: Run) -> bytes:
    """To load, look into or train further with Keras 3."""
    return run.model_file.read_bytes()
