"""A Keras model as an ONNX file, and what it says."""

import contextlib
import io
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


def to_onnx(model: "keras.Model") -> bytes:
    """The model as an ONNX file: pictures `(n, h, w, c)` in 0..1 in, probabilities out."""
    # Keras' exporter wants a model that was called once.
    model(np.zeros((1, *model.inputs[0].shape[1:]), "float32"))
    with tempfile.TemporaryDirectory(prefix="cnnlab-onnx-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its converter speaks of numpy's future
        file = Path(folder) / "model.onnx"
        with contextlib.redirect_stdout(io.StringIO()):
            model.export(file, format="onnx", verbose=False)
        return file.read_bytes()


def answer_onnx(content: bytes, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for uint8 pictures `(n, height, width, channels)`."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return session.run(None, {name: pictures.astype("float32") / 255})[0]
