"""Weights alone."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cnnlab import evaluation
from cnnlab.export._cards import FULL_PRECISION, export_format
from cnnlab.runs import Run


def ask_weights(model_file: Path, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for float32 pictures `(n, height, width, channels)` in 0..1."""
    import keras

    network = model_file.with_name("network.json").read_text()
    model = keras.models.model_from_json(network)
    model.load_weights(model_file)
    return np.asarray(model.predict_on_batch(pictures))


@export_format(
    title="Weights alone",
    file="model.weights.h5",
    reader=ask_weights,
    packages="keras tensorflow",
    tolerance=FULL_PRECISION,
)
def weights(run: Run) -> Mapping[str, bytes]:
    """Keras' file of weights, to put into a network of your own; the lab's as JSON beside it."""
    model = evaluation.load_model(run)
    with tempfile.TemporaryDirectory(prefix="cnnlab-weights-") as folder:
        file = Path(folder) / "model.weights.h5"
        model.save_weights(file)
        content = file.read_bytes()
    network = json.dumps(json.loads(model.to_json()), indent=1)
    return {"model.weights.h5": content, "network.json": network.encode()}
