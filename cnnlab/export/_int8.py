"""A run in full int8, converted once however many formats want it."""

from functools import lru_cache
from pathlib import Path

from cnnlab import datasets, evaluation
from cnnlab.errors import LabError
from cnnlab.export._tflite import JUDGES, to_int8
from cnnlab.runs import Run


def int8_file(run: Run) -> bytes:
    """The run as a full int8 LiteRT file: its own where it was quantized, else a new one.

    Raises:
        LabError: the training pictures that show how large the values get are not here.
    """
    if run.network_file == run.tflite_file:
        return run.tflite_file.read_bytes()
    return _converted(run.path, run.model_file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _converted(folder: Path, stamp: int) -> bytes:
    run = Run(folder)
    name = datasets.stand_in(run.config.dataset)
    if name not in datasets.DATASETS or not datasets.available(name).ready:
        raise LabError("int8 needs training pictures to measure ranges, and they are not here")
    pictures = evaluation.data_of(run).x_train[:JUDGES]
    known = run.tflite_file.read_bytes() if run.tflite_file.is_file() else b""
    return to_int8(evaluation.load_model(run), pictures, float_file=known)
