"""A model written out as a Keras script anybody can run without the lab."""

import inspect
import json
import keyword
import re
from collections import Counter
from typing import Any

import numpy as np

from cnnlab.architectures._keras import keras
from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Call, Graph, Tensor, walk

SHAPES = ("target_shape", "dims")  # of Reshape and Permute: one number is no shape
LONGEST = 50  # characters of arguments that stay on one line
MOST_CONSTANTS = 64  # numbers of an array that may stand in the source
HEAD = '''"""{title}: {params:,} parameters, as CNN Lab builds it.

Run it after `pip install keras tensorflow`. The model maps pictures {shape}, floats in
0..1, to the probabilities of {classes} classes.
"""

import keras
from keras import layers

'''
TAIL = """
if __name__ == "__main__":
    model.summary()
"""


def script(model: "keras.Model", title: str) -> str:
    """Python source that builds `model` anew, call by call, with fresh weights.

    Models inside the model are laid open; a shared layer is made once and called several times.

    Raises:
        LabError: a subclassed model, a layer that is none of Keras' own, or a large constant.
    """
    graph = walk(model)
    writer = _Writer(graph)
    lines = [
        f"{writer.names[Tensor(INPUT, index)]} = "
        f"keras.Input({tuple(tensor.shape[1:])}, name={_quoted(tensor.name)})"
        for index, tensor in enumerate(model.inputs)
    ]
    for call in graph:
        lines += writer.lines(call)
    given = _listed([writer.names[Tensor(INPUT, index)] for index in range(len(graph.inputs))])
    made = _listed([writer.names[tensor] for tensor in graph.outputs])
    lines.append(f"model = keras.Model({given}, {made}, name={_quoted(model.name)})")
    head = HEAD.format(
        title=title,
        params=model.count_params(),
        shape="x".join(map(str, graph.inputs[0])),
        classes=graph.shape(graph.outputs[0])[-1],
    )
    return head + "\n".join(lines) + "\n" + TAIL


class _Writer:
    """Gives every tensor and every shared layer a variable, and writes call by call."""

    def __init__(self, graph: Graph) -> None:
        self._taken = {"keras", "layers", "model"}
        self._uses = Counter(id(call.layer) for call in graph)
        self._layers: dict[int, str] = {}
        self.names = {
            Tensor(INPUT, index): self._variable("image" if index == 0 else f"image{index + 1}")
            for index in range(len(graph.inputs))
        }

    def lines(self, call: Call) -> list[str]:
        """The source of one call; of its layer, too, where others call it again."""
        before = []
        if not call.is_layer:
            source = self._operation(call)
        elif self._uses[id(call.layer)] == 1:
            source = f"{_creation(call)}({self._arguments(call)})"
        else:
            if id(call.layer) not in self._layers:
                self._layers[id(call.layer)] = self._variable(f"{call.name}_layer")
                before = [f"{self._layers[id(call.layer)]} = {_creation(call)}"]
            source = f"{self._layers[id(call.layer)]}({self._arguments(call)})"
        variable = self._variable(call.name)
        alone = len(call.shapes) == 1
        for index, tensor in enumerate(call.outputs):
            self.names[tensor] = variable if alone else f"{variable}[{index}]"
        return [*before, f"{variable} = {source}"]

    def _arguments(self, call: Call) -> str:
        named = [f"{name}={self._value(value)}" for name, value in call.kwargs.items()]
        return ", ".join([*map(self._value, call.args), *named])

    def _operation(self, call: Call) -> str:
        """A call of a function in `keras.ops`; what the operation was made with stands by name."""
        name = call.kind.removeprefix("ops.")
        if name == "get_item":
            tensor, key = (*call.args, *call.kwargs.values())
            return f"{self._value(tensor)}[{_index(key)}]"
        function = getattr(keras.ops, name, None)
        if function is None:
            raise LabError(f"{call.name} is no function of keras.ops: it cannot be written out.")
        known = inspect.signature(function).parameters
        settings = [
            f"{key}={_value(value)}"
            for key, value in call.layer.get_config().items()
            if key in known and key != "name" and key not in call.kwargs
        ]
        return f"keras.ops.{name}({', '.join(filter(None, [self._arguments(call), *settings]))})"

    def _value(self, value: Any) -> str:
        if isinstance(value, Tensor):
            return self.names[value]
        if isinstance(value, list | tuple):
            inside = ", ".join(map(self._value, value))
            return f"[{inside}]" if isinstance(value, list) else f"({inside},)"
        if isinstance(value, dict):
            return f"{{{', '.join(f'{_quoted(k)}: {self._value(v)}' for k, v in value.items())}}}"
        return _value(value)

    def _variable(self, name: str) -> str:
        """A name as a Python variable that nothing else has."""
        base = re.sub(r"\W+", "_", name).strip("_") or "x"
        base = f"_{base}" if base[0].isdigit() or keyword.iskeyword(base) else base
        variable, number = base, 1
        while variable in self._taken:
            number += 1
            variable = f"{base}_{number}"
        self._taken.add(variable)
        return variable


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _creation(call: Call) -> str:
    """The layer's constructor with the arguments that differ from Keras' defaults."""
    layer: Any = call.layer
    kind = type(layer)
    if getattr(keras.layers, kind.__name__, None) is not kind:
        raise LabError(f"{call.name} is no layer of Keras' own: it cannot be written out.")
    config = layer.get_config()
    arguments = inspect.signature(kind).parameters.values()
    required = [
        a.name
        for a in arguments
        if a.default is a.empty and a.kind not in (a.VAR_KEYWORD, a.VAR_POSITIONAL)
    ]
    if (
        "pool_size" in config and not required
    ):  # other defaults follow from it, so it is always written
        required.append("pool_size")
    usual = kind(**{name: config[name] for name in required}).get_config()
    given = [
        repr(tuple(config[name])) if name in SHAPES else _value(config[name]) for name in required
    ]
    for name, value in config.items():
        if name not in ("name", "dtype", *required) and value != usual.get(name):
            given.append(f"{name}={_value(value)}")
    if layer.dtype_policy.name != "float32":
        given.append(f"dtype={_quoted(layer.dtype_policy.name)}")
    given.append(f"name={_quoted(call.name.replace('/', '.'))}")
    maker, inside = f"layers.{kind.__name__}", ", ".join(given)
    if len(inside) > LONGEST:
        inside = "\n    " + ",\n    ".join(given) + ",\n"
    return f"{maker}({inside})"


def _value(value: Any) -> str:
    """A config value as source; equal sides as one number, known objects by their short name."""
    if isinstance(value, list | tuple):
        parts = {_value(item) for item in value}
        return parts.pop() if len(parts) == 1 else f"({', '.join(map(_value, value))})"
    if isinstance(value, dict) and "class_name" in value:
        return _object(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, np.ndarray) or keras.ops.is_tensor(value):
        return _constant(np.asarray(value))
    return repr(value)


def _constant(array: np.ndarray) -> str:
    if array.size > MOST_CONSTANTS:
        raise LabError(
            f"This network holds a constant of {array.size} numbers outside its layers: it "
            "cannot be written out."
        )
    return f'keras.ops.convert_to_tensor({array.tolist()}, "{array.dtype}")'


def _index(key: Any) -> str:
    """What stands between the brackets: `:, 1:, ..., None`."""
    if isinstance(key, tuple | list):
        return ", ".join(map(_index, key))
    if isinstance(key, slice):
        ends = ["" if end is None else str(end) for end in (key.start, key.stop, key.step)]
        return ":".join(ends if key.step is not None else ends[:2])
    return "..." if key is Ellipsis else repr(key)


def _object(value: dict[str, Any]) -> str:
    """An initializer or regularizer."""
    room, name = value["module"].removeprefix("keras."), value["class_name"]
    if value["config"] == getattr(getattr(keras, room), name)().get_config():
        return _quoted(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    settings = ", ".join(f"{key}={_value(item)}" for key, item in value["config"].items())
    return f"keras.{room}.{name}({settings})"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
