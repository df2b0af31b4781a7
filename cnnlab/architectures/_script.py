"""A model written out as a Keras script anybody can run without the lab."""

import inspect
import re
from typing import Any

from cnnlab.architectures._keras import keras

LONGEST = 50  # characters of arguments that stay on one line
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
    """Python source that builds `model` anew, layer by layer, with fresh weights.

    The model must be functional, with one input, each layer used once.
    """
    image = model.inputs[0]
    names = {id(image): _identifier(image.name)}
    shape = tuple(image.shape[1:])
    lines = [f'{names[id(image)]} = keras.Input({shape}, name="{image.name}")']
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        names[id(layer.output)] = _identifier(layer.name)
        lines.append(f"{_identifier(layer.name)} = {_creation(layer)}({_read(layer, names)})")
    ends = f"{names[id(image)]}, {names[id(model.outputs[0])]}"
    lines.append(f'model = keras.Model({ends}, name="{model.name}")')
    head = HEAD.format(
        title=title,
        params=model.count_params(),
        shape="x".join(map(str, shape)),
        classes=model.output_shape[-1],
    )
    return head + "\n".join(lines) + "\n" + TAIL


def _read(layer: Any, names: dict[int, str]) -> str:
    """What the layer is called on."""
    if isinstance(layer.input, list | tuple):
        return f"[{', '.join(names[id(tensor)] for tensor in layer.input)}]"
    return names[id(layer.input)]


def _creation(layer: Any) -> str:
    """The layer's constructor with the arguments that differ from Keras' defaults."""
    config = layer.get_config()
    arguments = inspect.signature(type(layer)).parameters.values()
    required = [a.name for a in arguments if a.default is a.empty and a.kind is not a.VAR_KEYWORD]
    if (
        "pool_size" in config and not required
    ):  # other defaults follow from it, so it is always written
        required.append("pool_size")
    usual = type(layer)(**{name: config[name] for name in required}).get_config()
    given = [_value(config[name]) for name in required]
    for name, value in config.items():
        if name not in ("name", "dtype", *required) and value != usual.get(name):
            given.append(f"{name}={_value(value)}")
    given.append(f"name={layer.name!r}")
    maker, inside = f"layers.{type(layer).__name__}", ", ".join(given)
    if len(inside) > LONGEST:
        inside = "\n    " + ",\n    ".join(given) + ",\n"
    return f"{maker}({inside})".replace("'", '"')


def _value(value: Any) -> str:
    """A config value as source; equal sides as one number, known objects by their short name."""
    if isinstance(value, list | tuple):
        parts = {_value(item) for item in value}
        return parts.pop() if len(parts) == 1 else f"({', '.join(map(_value, value))})"
    if isinstance(value, dict) and "class_name" in value:
        return _object(value)
    return repr(value)


def _object(value: dict[str, Any]) -> str:
    """An initializer or regularizer."""
    room, name = value["module"].removeprefix("keras."), value["class_name"]
    if value["config"] == getattr(getattr(keras, room), name)().get_config():
        return repr(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    settings = ", ".join(f"{key}={item!r}" for key, item in value["config"].items())
    return f"keras.{room}.{name}({settings})"


def _identifier(name: str) -> str:
    """A layer's name as a Python variable."""
    return re.sub(r"\W", "_", name)
