"""LiteRT, full int8."""

from cnnlab.export._cards import FEWER_BITS, export_format
from cnnlab.export._int8 import int8_file
from cnnlab.export._micro import micro_words
from cnnlab.export.formats._litert import ask_litert
from cnnlab.runs import Run


@export_format(
    title="LiteRT, full int8",
    file="model_int8.tflite",
    reader=ask_litert,
    packages="ai-edge-litert",
    tolerance=FEWER_BITS,
    note=lambda files: micro_words(files["model_int8.tflite"]),
)
def tflite_int8(run: Run) -> bytes:
    """A quarter of the size; computes in integers."""
    return int8_file(run)
