"""LiteRT, float16 weights."""

from cnnlab import evaluation
from cnnlab.export._cards import FEWER_BITS, export_format
from cnnlab.export._tflite import to_float16
from cnnlab.export.formats._litert import ask_litert
from cnnlab.runs import Run


@export_format(
    title="LiteRT, float16 weights",
    file="model_float16.tflite",
    reader=ask_litert,
    packages="ai-edge-litert",
    tolerance=FEWER_BITS,
)
def tflite_float16(run: Run) -> bytes:
    """Half the size; computes in float32."""
    return to_float16(evaluation.load_model(run))
