"""LiteRT."""

from cnnlab.export._cards import FULL_PRECISION, export_format
from cnnlab.export.formats._litert import ask_litert
from cnnlab.runs import Run


@export_format(
    title="LiteRT",
    file="model.tflite",
    reader=ask_litert,
    packages="ai-edge-litert",
    tolerance=FULL_PRECISION,
)
def tflite(run: Run) -> bytes:
    """For LiteRT on phones and small machines, float32."""
    return run.tflite_file.read_bytes()
