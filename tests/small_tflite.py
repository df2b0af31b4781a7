"""A finished run with a real `model.tflite`, made in milliseconds and without TensorFlow."""

import json
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema


def tflite(weights: np.ndarray, bias: np.ndarray, input_shape: tuple[int, int, int]) -> bytes:
    """softmax(weights @ picture + bias); `weights` is `(classes, height * width * channels)`."""
    classes, pixels = weights.shape
    dense_shape = np.array([-1, pixels], np.int32)
    constants = [b"", weights.astype("<f4").tobytes(), bias.astype("<f4").tobytes()]
    model = schema.ModelT()
    model.version = 3
    model.buffers = [_buffer(data) for data in (*constants, dense_shape.tobytes())]
    graph = schema.SubGraphT()
    graph.tensors = [
        _tensor((1, *input_shape)),
        _tensor((classes, pixels), buffer=1),
        _tensor((classes,), buffer=2),
        _tensor((2,), buffer=3, kind=schema.TensorType.INT32),
        _tensor((1, pixels)),
        _tensor((1, classes)),
        _tensor((1, classes)),
    ]
    graph.inputs, graph.outputs = [0], [6]
    graph.operators = [
        _operator(0, [0, 3], [4], schema.BuiltinOptions.ReshapeOptions, schema.ReshapeOptionsT()),
        _operator(
            1,
            [4, 1, 2],
            [5],
            schema.BuiltinOptions.FullyConnectedOptions,
            schema.FullyConnectedOptionsT(),
        ),
        _operator(2, [5], [6], schema.BuiltinOptions.SoftmaxOptions, _softmax()),
    ]
    model.subgraphs = [graph]
    codes = schema.BuiltinOperator
    model.operatorCodes = [_code(c) for c in (codes.RESHAPE, codes.FULLY_CONNECTED, codes.SOFTMAX)]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def finished_run(
    folder: Path,
    name: str,
    says: int = 3,
    input_shape: tuple[int, int, int] = (28, 28, 1),
    preparation: str = "digit",
    labels: tuple[str, ...] = tuple("0123456789"),
    surely: float = 6.0,
) -> Path:
    """A run that answers class `says` for any picture, the surer the larger `surely`."""
    pixels = int(np.prod(input_shape))
    bias = np.zeros(len(labels))
    bias[says] = surely
    path = folder / name
    path.mkdir(parents=True)
    content = tflite(np.zeros((len(labels), pixels)), bias, input_shape)
    (path / "model.tflite").write_bytes(content)
    config = {
        "architecture": "lenet5",
        "knobs": {},
        "dataset": "mnist",
        "input_shape": list(input_shape),
        "classes": len(labels),
        "labels": list(labels),
        "preparation": preparation,
        "recipe": {"epochs": 1},
        "parent": None,
        "title": "",
    }
    (path / "config.json").write_text(json.dumps(config))
    (path / "status.json").write_text(json.dumps({"state": "done", "epoch": 1}))
    (path / "metrics.json").write_text(json.dumps({"test_accuracy": 0.975, "params": 7850}))
    return path


def _buffer(data: bytes) -> schema.BufferT:
    buffer = schema.BufferT()
    buffer.data = list(data) if data else None
    return buffer


def _tensor(shape: tuple[int, ...], buffer: int = 0, kind: int = schema.TensorType.FLOAT32):
    tensor = schema.TensorT()
    tensor.shape, tensor.type, tensor.buffer, tensor.name = list(shape), kind, buffer, b"t"
    return tensor


def _operator(code: int, inputs: list[int], outputs: list[int], kind: int, options: object):
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = code, inputs, outputs
    operator.builtinOptionsType, operator.builtinOptions = kind, options
    return operator


def _softmax() -> schema.SoftmaxOptionsT:
    options = schema.SoftmaxOptionsT()
    options.beta = 1.0
    return options


def _code(number: int) -> schema.OperatorCodeT:
    code = schema.OperatorCodeT()
    code.deprecatedBuiltinCode = code.builtinCode = number
    code.version = 1
    return code
