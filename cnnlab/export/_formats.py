"""The formats a run can be written in. Light."""

from dataclasses import dataclass

from cnnlab.runs import Run


@dataclass(frozen=True)
class Format:
    """A file format: its name, the file's name, what it is for."""

    name: str
    file: str
    help: str


FORMATS = (
    Format("keras", "model.keras", "To load, look into or train further with Keras 3."),
    Format("tflite", "model.tflite", "For LiteRT on phones and small machines, float32."),
    Format("tflite_float16", "model_float16.tflite", "Half the size; computes in float32."),
    Format("tflite_int8", "model_int8.tflite", "A quarter of the size; computes in integers."),
    Format("onnx", "model.onnx", "For ONNX Runtime, C++, C#, browsers and more."),
)
QUANTIZED = Format("tflite_quantized", "model.tflite", "The quantized file as this run made it.")


def formats_of(run: Run) -> tuple[Format, ...]:
    """The formats a run can be written in: a quantized one as it is, every other in all."""
    return (QUANTIZED,) if run.network_file == run.tflite_file else FORMATS
