"""The calls of a model in running order, models inside models included.

Read from the models' public config, so that a network can be run layer by layer: on symbolic
tensors for the shapes, on real ones for the values.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

PICTURE = -1  # stands for the picture where the number of a call is meant
ACTIVATIONS = ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax")


@dataclass(frozen=True)
class Ref:
    """Tensor number `tensor` of what call number `call` made."""

    call: int
    tensor: int = 0


@dataclass(frozen=True)
class Call:
    """One use of a layer.

    Attributes:
        name: As in the layer table ("base.conv1" inside a model); a second use ends in " (2)".
        arguments: What it is called with, tensors replaced by `Ref`; `options` likewise.
        reads: Numbers of the calls it reads, `PICTURE` for the picture.
        again: Whether the layer was used before: the same weights once more.
        shape: The output's shape without the batch.
    """

    name: str
    layer: "keras.Layer"
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    reads: tuple[int, ...]
    again: bool = False
    shape: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """The Keras class: "Conv2D"."""
        return type(self.layer).__name__

    @property
    def is_map(self) -> bool:
        """Whether it makes maps `(height, width, channels)`."""
        return len(self.shape) == 3


def calls_of(model: "keras.Model") -> list[Call]:
    """Every use of a layer in a functional or Sequential model, in an order they can run in."""
    calls: list[Call] = []
    _lay_open(model, "", [Ref(PICTURE)], calls)
    return calls


def _lay_open(model: Any, prefix: str, given: list[Ref], calls: list[Call]) -> list[Ref]:
    """Append a model's calls; `given` are the tensors it reads, returned are those it makes."""
    import keras

    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            given = _add(layer, prefix, (given[0],), {}, calls)
        return given
    config = model.get_config()
    known = dict(zip(_keys(config["input_layers"]), given, strict=True))
    operations = {operation.name: operation for operation in model.operations}
    for name, node, call in _in_running_order(config, set(known)):
        arguments, options = (_filled(call[part], known) for part in ("args", "kwargs"))
        made = _add(operations[name], prefix, tuple(arguments), options, calls)
        known.update({(name, node, number): ref for number, ref in enumerate(made)})
    return [known[key] for key in _keys(config["output_layers"])]


def _add(layer: Any, prefix: str, arguments: tuple, options: dict, calls: list[Call]) -> list[Ref]:
    """One call more, or the calls of a model that stands in a layer's place."""
    import keras

    given = list(_refs((arguments, options)))
    if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
        return _lay_open(layer, f"{prefix}{layer.name}.", given, calls)
    uses = sum(call.layer is layer for call in calls)
    name = f"{prefix}{layer.name} ({uses + 1})" if uses else prefix + layer.name
    reads = tuple(ref.call for ref in given)
    calls.append(Call(name, layer, arguments, options, reads, again=uses > 0))
    count = len(keras.tree.flatten(layer.output)) if not uses else 1
    return [Ref(len(calls) - 1, number) for number in range(count)]


def _in_running_order(config: dict[str, Any], known: set) -> Iterator[tuple[str, int, dict]]:
    """(layer, node, its arguments) once everything it reads has been made."""
    made = {key[:2] for key in known}
    waiting = [
        (layer["name"], node, call)
        for layer in config["layers"]
        for node, call in enumerate(layer["inbound_nodes"])
    ]
    while waiting:
        ready = next(item for item in waiting if all(key[:2] in made for key in _tensors(item[2])))
        waiting.remove(ready)
        made.add(ready[:2])
        yield ready


def _tensors(value: Any) -> Iterator[tuple]:
    """Every tensor mentioned anywhere in a call's arguments, as (layer, node, tensor)."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield tuple(value["config"]["keras_history"])
            return
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _filled(value: Any, known: dict[tuple, Ref]) -> Any:
    """A call's arguments with `Ref`s where its config names tensors."""
    import keras

    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return known[tuple(value["config"]["keras_history"])]
        if "class_name" in value:
            return keras.saving.deserialize_keras_object(value)
        return {key: _filled(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_filled(item, known) for item in value)
    return value


def _refs(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict):
        yield from _refs(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _refs(item)


def run(calls: list[Call], picture: Any, bare: bool = False) -> list[Any]:
    """What every call makes of a batch of pictures, symbolic or real; a layer's first tensor.

    `bare` leaves out the activation inside the last of the calls.
    """
    import keras

    made: list[list[Any]] = []

    def tensor(ref: Ref) -> Any:
        return picture if ref.call == PICTURE else made[ref.call][ref.tensor]

    for number, call in enumerate(calls):
        arguments, options = _replaced((call.arguments, call.options), tensor)
        with _without_activation(call.layer, bare and number == len(calls) - 1):
            made.append(keras.tree.flatten(call.layer(*arguments, **options)))
    return [tensors[0] for tensors in made]


def _replaced(value: Any, tensor: Callable[[Ref], Any]) -> Any:
    """A call's arguments with tensors in place of the `Ref`s."""
    if isinstance(value, Ref):
        return tensor(value)
    if isinstance(value, dict):
        return {key: _replaced(item, tensor) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_replaced(item, tensor) for item in value)
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


def before(calls: list[Call], number: int, kinds: tuple[str, ...] = ACTIVATIONS) -> int:
    """The first call back from `number` that is none of `kinds`: what it only bends or thins."""
    call = calls[number]
    while call.kind in kinds and call.reads[0] != PICTURE:
        number = call.reads[0]
        call = calls[number]
    return number


def _keys(entry: Any) -> list[tuple]:
    """Keras writes one tensor as [name, node, tensor], several as a list (or dict) of these."""
    if isinstance(entry, dict):
        entry = list(entry.values())
    if entry and isinstance(entry[0], str):
        return [tuple(entry)]
    return [tuple(item) for item in entry]
