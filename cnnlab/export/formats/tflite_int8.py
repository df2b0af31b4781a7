"""LiteRT, full int8."""

from cnnlab import datasets, evaluation
from cnnlab.errors import LabError
from cnnlab.export._cards import FEWER_BITS, export_format
from cnnlab.export._tflite import JUDGES, to_int8
from cnnlab.export.formats._litert import ask_litert
from cnnlab.runs import Run


@export_format(
    title="LiteRT, full int8",
    file="model_int8.tflite",
    reader=ask_litert,
    packages="ai-edge-litert",
    tolerance=FEWER_BITS,
)
def tflite_int8(run: Run) -> bytes:
    """A quarter of the size; computes in integers."""
    name = datasets.stand_in(run.config.dataset)
    if name not in datasets.DATASETS or not datasets.available(name).ready:
        raise LabError("int8 needs training pictures to measure ranges, and they are not here")
    pictures = evaluation.data_of(run).x_train[:JUDGES]
    return to_int8(evaluation.load_model(run), pictures)
