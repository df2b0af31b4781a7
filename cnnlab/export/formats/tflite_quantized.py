"""LiteRT, as quantized."""

from cnnlab.export._cards import FULL_PRECISION, export_format, has_full_precision
from cnnlab.export.formats._litert import ask_litert
from cnnlab.runs import Run


@export_format(
    title="LiteRT, as quantized",
    file="model.tflite",
    reader=ask_litert,
    packages="ai-edge-litert",
    tolerance=FULL_PRECISION,
    fits=lambda run: not has_full_precision(run),
)
def tflite_quantized(run: Run) -> bytes:
    """The quantized file as this run made it."""
    return run.tflite_file.read_bytes()
