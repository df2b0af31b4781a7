"""An ONNX file."""

import contextlib
import io
import tempfile
import warnings
from pathlib import Path

import numpy as np

from cnnlab import evaluation
from cnnlab.export._cards import FULL_PRECISION, export_format
from cnnlab.runs import Run


def ask_onnx(model_file: Path, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for float32 pictures `(n, height, width, channels)` in 0..1."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model_file, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: pictures})[0]


@export_format(
    title="ONNX",
    file="model.onnx",
    reader=ask_onnx,
    packages="onnxruntime",
    tolerance=FULL_PRECISION,
)
def onnx(run: Run) -> bytes:
    """For ONNX Runtime, C++, C#, browsers and more."""
    model = evaluation.load_model(run)
    # Keras' exporter wants a model that was called once.
    model(np.zeros((1, *model.inputs[0].shape[1:]), "float32"))
    with tempfile.TemporaryDirectory(prefix="cnnlab-onnx-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its converter speaks of numpy's future
        file = Path(folder) / "model.onnx"
        with contextlib.redirect_stdout(io.StringIO()):
            model.export(file, format="onnx", verbose=False)
        return file.read_bytes()
