"""The program that travels with an exported model, and the code it prepares pictures with."""

from pathlib import Path

from cnnlab import paths

PREDICT = '''"""Ask the network what it sees: python predict.py PICTURE [MODEL FILE] [--json]

Needs numpy and pillow, and for a .tflite file `pip install ai-edge-litert`, for an .onnx file
`pip install onnxruntime`, for a .keras file `pip install keras tensorflow`. The picture is
prepared by the very code CNN Lab uses; it lies beside this file.
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from cnnlab import images  # noqa: E402

ABOUT = json.loads((HERE / "model.json").read_text())


def prepare(picture: str) -> np.ndarray:
    """The picture as the network sees it: `(height, width, channels)`, floats in 0..1."""
    pixels = images.read_picture(picture)
    shape = tuple(ABOUT["input_shape"])
    return images.prepare(pixels, shape, ABOUT["preparation"]).network_input


def probabilities(model_file: Path, network_input: np.ndarray) -> np.ndarray:
    """`(classes,)`, as the model file says."""
    batch = np.asarray(network_input, "float32")[None]
    if model_file.suffix == ".tflite":
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_path=str(model_file))
        interpreter.allocate_tensors()
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], batch)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]
    if model_file.suffix == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(model_file))
        return session.run(None, {session.get_inputs()[0].name: batch})[0][0]
    import keras

    return np.asarray(keras.models.load_model(model_file, compile=False).predict_on_batch(batch))[0]


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--json"]
    if not given:
        raise SystemExit(__doc__)
    file = HERE / (given[1] if len(given) > 1 else ABOUT["files"][0])
    said = probabilities(file, prepare(given[0]))
    answer = dict(zip(ABOUT["labels"], map(float, said)))
    if "--json" in sys.argv:
        print(json.dumps(answer))
    else:
        for label, probability in sorted(answer.items(), key=lambda pair: -pair[1])[:5]:
            print(f"{label:16} {probability:7.2%}")
'''


def preparation() -> dict[str, str]:
    """The files, by their place in the archive, that bring a picture into the network's form."""
    room = paths.ROOT / "cnnlab"
    files = [room / "__init__.py", room / "errors.py", *sorted((room / "images").glob("*.py"))]
    return {str(file.relative_to(paths.ROOT)): file.read_text() for file in files} | {
        "LICENSE": Path(paths.ROOT / "LICENSE").read_text()
    }
