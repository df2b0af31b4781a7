"""A model built anew from its graph: flat, every name once, with other settings where asked."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.keras_graph._graph import INPUT, Call, Tensor
from cnnlab.keras_graph._run import filled
from cnnlab.keras_graph._walk import walk

if TYPE_CHECKING:
    import keras

_FOREIGN = re.compile(r"[^A-Za-z0-9_.-]")
Config = dict[str, Any]
Weights = list[np.ndarray]


def rebuilt(
    model: "keras.Model",
    configure: Callable[[Call, Config], Config] | None = None,
    weigh: Callable[[Call], Weights] | None = None,
    inputs: "Sequence[keras.KerasTensor] | None" = None,
    named: Callable[[Call], str] = lambda call: call.name,
    skipped: Callable[[Call], bool] = lambda call: False,
    build: "Callable[[Call, Config], keras.Layer | None]" = lambda call, config: None,
) -> "keras.Model":
    """A copy of `model` as one functional model: none inside it, every layer's name its own.

    Args:
        model: A Sequential or functional model; it is not changed.
        configure: (first call of a layer, its config) -> the config of the copy's layer.
        weigh: First call of a layer -> the copy's arrays; by default the layer's own.
        inputs: Symbolic inputs of the copy, from `keras.Input`; by default like the model's,
            with a free batch.
        named: First call of a layer -> its name; taken names get a number.
        skipped: Whether a call hands its first tensor on instead of being made.
        build: (first call of a layer, its config) -> another layer in its place, or None.

    Returns:
        The copy. A layer that stood inside a model is called as in the graph, "base.conv".

    Raises:
        LabError: as `walk`. ValueError: the changed layers do not fit each other.
    """
    import keras

    graph = walk(model)
    if inputs is None:
        inputs = [
            keras.Input(t.shape[1:], dtype=t.dtype, name=_input_name(t)) for t in model.inputs
        ]
    made: dict[Tensor, Any] = {Tensor(INPUT, i): tensor for i, tensor in enumerate(inputs)}
    copies: dict[int, Any] = {}
    taken = {tensor.name for tensor in inputs}
    for call in graph.calls:
        if skipped(call):
            made[call.outputs[0]] = made[call.inputs[0]]
            continue
        fresh = id(call.layer) not in copies
        if fresh:
            copies[id(call.layer)] = _copy(call, configure, build, _free(named(call), taken))
        copy = copies[id(call.layer)]
        args, kwargs = filled((call.args, call.kwargs), made.__getitem__)
        tensors = keras.tree.flatten(copy(*args, **kwargs))
        made.update(zip(call.outputs, tensors, strict=True))
        if fresh and call.weights:
            _weigh(copy, weigh(call) if weigh else call.layer.get_weights())
    ends = [made[tensor] for tensor in graph.outputs]
    return keras.Model(_alone(list(inputs)), _alone(ends), name=model.name)


def _alone(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors


def _free(name: str, taken: set[str]) -> str:
    """A name that is not taken, and now is.

    A layer's may hold no slash, and TensorFlow runs none with spaces or other alphabets' letters.
    """
    base = name = _FOREIGN.sub("_", name.replace("/", ".")).lstrip("_.-") or "layer"
    number = 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return name


def _copy(
    call: Call,
    configure: Callable[[Call, Config], Config] | None,
    build: "Callable[[Call, Config], keras.Layer | None]",
    name: str,
) -> Any:
    config = call.layer.get_config()
    config = {**(configure(call, config) if configure else config), "name": name}
    return build(call, config) or type(call.layer).from_config(config)


def _weigh(copy: Any, arrays: Weights) -> None:
    copy.set_weights(arrays)
    # Normalization and its like keep what follows from their weights beside them.
    if hasattr(copy, "finalize_state"):
        copy.finalize_state()


def _input_name(tensor: "keras.KerasTensor") -> str | None:
    return tensor.name if "/" not in tensor.name else None
