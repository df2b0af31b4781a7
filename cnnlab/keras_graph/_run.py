"""A graph run call by call: on symbolic tensors, or on real ones for the values."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cnnlab.keras_graph._graph import INPUT, Call, Graph, Tensor

if TYPE_CHECKING:
    import keras


def run(
    calls: Sequence[Call],
    inputs: Sequence[Any],
    bare: bool = False,
    training: bool | None = False,
) -> list[list[Any]]:
    """What every call makes, symbolic or real.

    Args:
        calls: The first calls of a graph, or all.
        inputs: The model's inputs, each with its batch.
        bare: Leaves out the activation inside the last of the calls.
        training: Said to every layer that asks, where the graph does not say it; None leaves it
            to the model around. (Random layers take silence for training.)

    Returns:
        For each call the tensors it makes, flattened.
    """
    import keras

    made: dict[Tensor, Any] = {Tensor(INPUT, i): value for i, value in enumerate(inputs)}
    results = []
    for call in calls:
        args, kwargs = filled((call.args, call.kwargs), made.__getitem__)
        if training is not None and takes(call.layer, "training"):
            kwargs = {"training": training, **kwargs}
        with _without_activation(call.layer, bare and call is calls[-1]):
            tensors = keras.tree.flatten(call.layer(*args, **kwargs))
        made.update(zip(call.outputs, tensors, strict=True))
        results.append(tensors)
    return results


class Running:
    """A graph run on real inputs as far as somebody asks, front to back, each call once.

    What no later call reads is let go, so that a value has to be asked for before its readers'. A
    layer that was changed meanwhile counts as it is when its own values are asked for first.
    """

    def __init__(self, graph: Graph, inputs: Sequence[Any]) -> None:
        self._calls = graph.calls
        self._made = {Tensor(INPUT, i): value for i, value in enumerate(inputs)}
        self._last = last_readers(graph)
        self._done = 0

    def value(self, tensor: Tensor) -> Any:
        """What the tensor holds, with its batch."""
        import keras

        for call in self._calls[self._done : tensor.call + 1]:
            args, kwargs = filled((call.args, call.kwargs), self._made.__getitem__)
            if takes(call.layer, "training"):
                kwargs = {"training": False, **kwargs}
            found = keras.tree.flatten(call.layer(*args, **kwargs))
            self._made.update(zip(call.outputs, found, strict=True))
            for read in set(call.inputs):
                if self._last[read] == call.number:
                    del self._made[read]
        self._done = max(self._done, tensor.call + 1)
        return self._made[tensor]


def last_readers(graph: Graph) -> dict[Tensor, int]:
    """Of each tensor that a call reads the number of the last such call."""
    return {tensor: call.number for call in graph.calls for tensor in call.inputs}


def outputs(graph: Graph, inputs: Sequence[Any]) -> list[Any]:
    """The model's outputs, from a run of all its calls."""
    made = run(graph.calls, inputs)
    return [inputs[t.index] if t.call == INPUT else made[t.call][t.index] for t in graph.outputs]


def symbolic(model: "keras.Model", graph: Graph) -> list[list[Any]]:
    """Every call's tensors as symbolic ones that hang on the model's own inputs.

    `keras.Model(model.inputs, some_of_them)` then gives values from inside the model. Names of
    layers must differ all over the graph; `rebuilt` sees to it.
    """
    return run(graph.calls, model.inputs, training=None)


def takes(layer: "keras.Operation", argument: str) -> bool:
    """Whether a layer's `call` has an argument of this name."""
    return argument in inspect.signature(layer.call).parameters


def filled(value: Any, lookup: Callable[[Tensor], Any]) -> Any:
    """A call's arguments with something else in place of the `Tensor`s."""
    if isinstance(value, Tensor):
        return lookup(value)
    if isinstance(value, dict):
        return {key: filled(item, lookup) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(filled(item, lookup) for item in value)
    return value


@contextmanager
def _without_activation(layer: Any, wanted: bool) -> Iterator[None]:
    """Over the block, the activation inside the layer is switched off where that is `wanted`."""
    import keras

    inside = getattr(layer, "activation", None)
    if not wanted or inside is None:
        yield
        return
    layer.activation = keras.activations.linear
    try:
        yield
    finally:
        layer.activation = inside
