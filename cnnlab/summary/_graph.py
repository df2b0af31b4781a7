"""Which layer reads what: the calls of a model in the order they run, from its public config."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cnnlab.errors import LabError

if TYPE_CHECKING:
    import keras

Key = tuple  # (layer name, node, tensor): one tensor of the graph


@dataclass(frozen=True)
class Call:
    """One use of a layer. `again` marks the second use of shared weights."""

    layer: "keras.Layer"
    name: str
    inputs: tuple[Key, ...]
    outputs: tuple[Key, ...]
    again: bool = False


@dataclass
class Graph:
    """Calls in order, and the shape of every tensor without its batch."""

    calls: list[Call] = field(default_factory=list)
    shapes: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    inputs: list[Key] = field(default_factory=list)
    outputs: list[Key] = field(default_factory=list)
    _makers: dict[Key, str] = field(default_factory=dict)

    def add(self, call: Call) -> None:
        self.calls.append(call)
        self._makers.update(dict.fromkeys(call.outputs, call.name))

    def maker(self, key: Key) -> str:
        """Name of the layer that made a tensor; "" for the model's input."""
        return self._makers.get(key, "")


def trace(model: "keras.Model") -> Graph:
    """The graph of a Sequential or functional model; models inside it are laid open.

    Raises:
        LabError: a subclassed model, one not built yet, or one without a fixed input size.
    """
    if not getattr(model, "inputs", None):
        raise LabError(
            "This model has no fixed layer graph; give it an Input with a fixed size, or build it "
            "with Keras' Sequential or functional API."
        )
    graph = Graph()
    _lay_open(graph, model, "", [], set())
    for key, shape in graph.shapes.items():
        if None in shape:
            raise LabError(
                f"{key[0]} has no fixed size {shape}; give the model an Input like (28, 28, 1)."
            )
    return graph


def _lay_open(
    graph: Graph, model: "keras.Model", prefix: str, given: list[Key], seen: set[int]
) -> list[Key]:
    """Add the model's calls; `given` are the tensors it reads (none: it is the outermost)."""
    config = _functional_config(model)
    renamed: dict[Key, Key] = {}
    inputs = _keys(config["input_layers"])
    for index, (key, tensor) in enumerate(zip(inputs, model.inputs, strict=True)):
        renamed[key] = given[index] if given else (prefix + key[0], *key[1:])
        if not given:
            graph.inputs.append(renamed[key])
            graph.shapes[renamed[key]] = tuple(tensor.shape[1:])
    shapes = _recorded_shapes(config, model)
    layers = {layer.name: layer for layer in model.layers}
    for name, node, arguments in _in_running_order(config):
        layer = layers[name]
        read = [renamed[key] for key in arguments]
        made = sorted(key for key in shapes if key[:2] == (name, node))
        if getattr(layer, "layers", None) and getattr(layer, "inputs", None):
            results = _lay_open(graph, layer, f"{prefix}{name}.", read, seen)
        else:
            results = [(prefix + key[0], *key[1:]) for key in made]
            graph.shapes.update({r: shapes[k] for r, k in zip(results, made, strict=True)})
            again = id(layer) in seen
            seen.add(id(layer))
            graph.add(Call(layer, prefix + name, tuple(read), tuple(results), again))
        renamed.update(zip(made, results, strict=True))
    outputs = [renamed[key] for key in _keys(config["output_layers"])]
    if not given:
        graph.outputs = outputs
    return outputs


def _functional_config(model: "keras.Model") -> dict[str, Any]:
    """A functional model's config; a Sequential's rewritten to look like one."""
    config = model.get_config()
    if "input_layers" in config:
        return config
    source, layers = ("input", 0, 0), []
    shape = model.inputs[0].shape
    for layer in model.layers:
        tensor = {"shape": shape, "keras_history": source}
        node = {"args": ({"class_name": "__keras_tensor__", "config": tensor},), "kwargs": {}}
        layers.append({"name": layer.name, "inbound_nodes": [node]})
        source, shape = (layer.name, 0, 0), layer.output.shape
    return {"layers": layers, "input_layers": [["input", 0, 0]], "output_layers": [list(source)]}


def _in_running_order(config: dict[str, Any]) -> Iterator[tuple[str, int, list[Key]]]:
    """(layer, node, tensors read) once everything it reads has been made."""
    made = {key[:2] for key in _keys(config["input_layers"])}
    waiting = [
        (layer["name"], node, [key for key, _ in _tensors(call)])
        for layer in config["layers"]
        for node, call in enumerate(layer["inbound_nodes"])
    ]
    while waiting:
        ready = next(item for item in waiting if all(key[:2] in made for key in item[2]))
        waiting.remove(ready)
        made.add(ready[:2])
        yield ready


def _recorded_shapes(config: dict[str, Any], model: "keras.Model") -> dict[Key, tuple[int, ...]]:
    """Shape of every tensor that is read by a layer or leaves the model."""
    shapes = {
        key: tuple(shape[1:])
        for layer in config["layers"]
        for call in layer["inbound_nodes"]
        for key, shape in _tensors(call)
    }
    outputs = zip(_keys(config["output_layers"]), model.outputs, strict=True)
    return shapes | {key: tuple(tensor.shape[1:]) for key, tensor in outputs}


def _tensors(value: Any) -> Iterator[tuple[Key, tuple]]:
    """Every tensor mentioned anywhere in a call's arguments, with its shape."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield tuple(value["config"]["keras_history"]), value["config"]["shape"]
            return
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _keys(entry: Any) -> list[Key]:
    """Keras writes one tensor as [name, node, tensor], several as a list (or dict) of these."""
    if isinstance(entry, dict):
        entry = list(entry.values())
    if entry and isinstance(entry[0], str):
        return [tuple(entry)]
    return [tuple(item) for item in entry]
