"""From a Keras model to its graph, by the model's public config."""

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cnnlab.errors import LabError
from cnnlab.keras_graph._graph import INPUT, Call, Graph, Tensor, tensors_in
from cnnlab.keras_graph._run import filled, takes

if TYPE_CHECKING:
    import keras

Key = tuple[str, int, int]  # how a config names a tensor: operation, its use, its output
_NO_GRAPH = (
    "This model has no fixed layer graph; give it an Input with a fixed size, or build it "
    "with Keras' Sequential or functional API."
)


def walk(model: "keras.Model") -> Graph:
    """The graph of a built Sequential or functional model.

    Raises:
        LabError: a subclassed model, one that is not built yet, or a graph that Keras cannot
            write down.
    """
    inputs = getattr(model, "inputs", None)
    if not inputs or not _opens(model):
        raise LabError(_NO_GRAPH)
    walker = _Walker(list(inputs))
    given = [Tensor(INPUT, index) for index in range(len(inputs))]
    outputs = walker.enter(model, (), given, {})
    shapes = tuple(tuple(tensor.shape[1:]) for tensor in inputs)
    return Graph(model.name, shapes, tuple(outputs), tuple(walker.calls))


def layers(model: "keras.Model") -> "dict[str, keras.Layer]":
    """Every layer once, front to back, by its name in the graph; models inside laid open."""
    return {call.name: call.layer for call in walk(model) if call.is_layer and not call.again}


def _opens(layer: Any) -> bool:
    """Whether it is a model whose graph can be read; a subclass's own `call` stays closed."""
    import keras

    if not isinstance(layer, keras.Model) or not getattr(layer, "inputs", None):
        return False
    if isinstance(layer, keras.Sequential):
        return True
    # Only functional models list their operations.
    return hasattr(layer, "operations") and "input_layers" in layer.get_config()


class _Walker:
    """Collects the calls of a model and of those inside it."""

    def __init__(self, inputs: list[Any]) -> None:
        self.calls: list[Call] = []
        self._specs: dict[Tensor, Any] = {
            Tensor(INPUT, index): tensor for index, tensor in enumerate(inputs)
        }
        self._uses: dict[int, int] = {}  # by id of the layer
        self._names: set[str] = set()

    def enter(
        self, model: Any, path: tuple[str, ...], given: list[Tensor], context: dict[str, Any]
    ) -> list[Tensor]:
        """Add a model's calls; `given` are the tensors it reads, returned are those it makes.

        `context` holds arguments that a model hands on to all inside it (`training`).
        """
        import keras

        if isinstance(model, keras.Sequential):
            for layer in model.layers:
                given = self._add(layer, path, (given[0],), {}, context)
            return given
        config = model.get_config()
        operations = {operation.name: operation for operation in model.operations}
        known = dict(zip(_keys(config["input_layers"]), given, strict=True))
        for name, node, called in _in_running_order(config, set(known)):
            args, kwargs = (_known(called[part], known) for part in ("args", "kwargs"))
            made = self._add(operations[name], path, tuple(args), kwargs, context)
            known.update({(name, node, index): tensor for index, tensor in enumerate(made)})
        return [
            known[_counted_from_zero(key, operations)] for key in _keys(config["output_layers"])
        ]

    def _add(
        self,
        layer: Any,
        path: tuple[str, ...],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        context: dict[str, Any],
    ) -> list[Tensor]:
        """One call more, or the calls of a model that stands in a layer's place."""
        import keras

        if _opens(layer):
            given = list(tensors_in(args[0] if args else kwargs.get("inputs")))
            inner = {"training": True} if kwargs.get("training") else context
            return self.enter(layer, (*path, layer.name), given, inner)
        # A model called with training=True hands that on to the layers that take it.
        kwargs = {**{k: v for k, v in context.items() if takes(layer, k)}, **kwargs}
        spec = layer.compute_output_spec(
            *filled(args, self._specs.get), **filled(kwargs, self._specs.get)
        )
        made = keras.tree.flatten(spec)
        uses = self._uses[id(layer)] = self._uses.get(id(layer), 0) + 1
        call = Call(
            number=len(self.calls),
            name=self._name((*path, layer.name), uses),
            layer=layer,
            args=args,
            kwargs=kwargs,
            inputs=tuple(tensors_in((args, kwargs))),
            shapes=tuple(tuple(tensor.shape[1:]) for tensor in made),
            dtypes=tuple(tensor.dtype for tensor in made),
            path=path,
            again=uses > 1,
        )
        self.calls.append(call)
        self._specs.update(zip(call.outputs, made, strict=True))
        return list(call.outputs)

    def _name(self, words: tuple[str, ...], uses: int) -> str:
        """A name nobody else has."""
        base = ".".join(words)
        name = f"{base} ({uses})" if uses > 1 else base
        while name in self._names:
            uses += 1
            name = f"{base} ({uses})"
        self._names.add(name)
        return name


def _in_running_order(
    config: dict[str, Any], made: set[Key]
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """(operation, its use, its arguments) once everything it reads has been made.

    Of those that may run, the one that the config lists first.
    """
    nodes = [
        (layer["name"], number, called)
        for layer in config["layers"]
        for number, called in enumerate(layer["inbound_nodes"])
    ]
    have = {key[:2] for key in made}
    missing: list[int] = []
    waiting: dict[tuple[str, int], list[int]] = {}
    ready: list[int] = []
    for place, (_, _, called) in enumerate(nodes):
        reads = {key[:2] for key in _tensors(called)} - have
        missing.append(len(reads))
        for key in reads:
            waiting.setdefault(key, []).append(place)
        if not reads:
            heapq.heappush(ready, place)
    while ready:
        node = nodes[heapq.heappop(ready)]
        yield node
        for place in waiting.pop(node[:2], []):
            missing[place] -= 1
            if not missing[place]:
                heapq.heappush(ready, place)
    if waiting:
        raise LabError(_NO_GRAPH)


def _counted_from_zero(key: Key, operations: dict[str, Any]) -> Key:
    """A model's uses are counted from 1 where the outputs are listed, everywhere else from 0.

    Keras gives a functional model a use of its own at birth, and its config counts it here.
    """
    import keras

    name, node, index = key
    inner = operations[name]
    functional = isinstance(inner, keras.Model) and not isinstance(inner, keras.Sequential)
    return (name, node - 1, index) if functional and hasattr(inner, "operations") else key


def _is_tensor(value: dict[str, Any]) -> bool:
    return value.get("class_name") == "__keras_tensor__"


def _tensors(value: Any) -> Iterator[Key]:
    """Every tensor mentioned anywhere in a call's arguments."""
    if isinstance(value, dict):
        if _is_tensor(value):
            yield tuple(value["config"]["keras_history"])
            return
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _known(value: Any, known: dict[Key, Tensor]) -> Any:
    """A call's arguments with `Tensor`s where its config names tensors."""
    import keras

    if isinstance(value, dict):
        if _is_tensor(value):
            return known[tuple(value["config"]["keras_history"])]
        if "class_name" in value:
            return keras.saving.deserialize_keras_object(value)
        return {key: _known(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_known(item, known) for item in value)
    return value


def _keys(entry: Any) -> list[Key]:
    """Keras writes one tensor as [operation, use, output], several in lists and dicts of these.

    In the order in which Keras flattens them: dicts by their sorted keys.
    """
    if isinstance(entry, dict):
        return [key for name in sorted(entry) for key in _keys(entry[name])]
    if entry and isinstance(entry[0], str):
        return [tuple(entry)]
    return [key for item in entry for key in _keys(item)]
