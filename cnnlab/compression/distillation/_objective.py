"""What a student imitates: which tensors of two networks are held against each other, and how."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import ops

from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Call, Graph, rebuilt, symbolic, walk


@dataclass
class Network:
    """A classifier with what its layers make, and its class scores, laid open.

    `tensors` are the symbolic outputs of the calls of `graph`, in order. `scores` is the symbolic
    tensor `(batch, classes)` before softmax; where the network hides it, the logarithm of the
    probabilities, which differs from it by a constant per picture.
    """

    model: keras.Model
    graph: Graph
    tensors: Sequence[Any]
    scores: Any

    def layer(self, name: str) -> Any:
        """The output of the layer called `name`.

        Raises:
            LabError: no such layer; the message lists those that make maps.
        """
        for call, tensor in zip(self.graph, self.tensors, strict=True):
            if call.name == name:
                return tensor
        raise LabError(f"There is no layer {name!r}; there are: {', '.join(map_layers(self))}.")


@dataclass
class Lesson:
    """What a distillation method asks of the student.

    Attributes:
        said: Tensors of the student, `told` those of the teacher.
        loss: (values of `said`, values of `told`) -> a scalar, the smaller the more alike.
        labels: Weight of the loss on the labels beside it.
        layers: Layers of the lesson's own that learn along and are dropped in the end.
        small: `told` may be computed once for every picture and kept.
        freeze: The layers the student has from the teacher stay as they are.
    """

    said: Sequence[Any]
    told: Sequence[Any]
    loss: Callable[[Sequence[Any], Sequence[Any]], Any]
    labels: float = 0.0
    layers: Sequence[keras.Layer] = field(default_factory=list)
    small: bool = False
    freeze: bool = False


def network(model: keras.Model) -> Network:
    """A model with its layers and scores laid open; it shares its weights.

    A model with others inside is opened as a flat copy, with weights of its own.
    """
    graph = walk(model)
    if any(call.path for call in graph):
        model = rebuilt(model)
        graph = walk(model)
    tensors = [made[0] for made in symbolic(model, graph)]
    last = graph.calls[graph.outputs[0].call]
    given = model.inputs[0] if last.reads[0] == INPUT else tensors[last.reads[0]]
    scores = scores_of(last, given, tensors[last.number], {call.name for call in graph})
    opened = keras.Model(model.inputs, tensors[last.number], name=model.name)
    return Network(opened, graph, tensors, scores)


def scores_of(last: Call, given: Any, probabilities: Any, names: Collection[str]) -> Any:
    """The class scores: what the network's last layer turns into probabilities.

    Args:
        last: The last call.
        given: Its symbolic input.
        probabilities: Its symbolic output.
        names: Taken by the network's own layers.
    """
    layer: Any = last.layer
    activation = getattr(getattr(layer, "activation", None), "__name__", "")
    if last.kind in ("Softmax", "ops.softmax") or (activation == "softmax" and not last.weights):
        return given
    if last.kind == "Dense" and activation == "softmax":

        def scored(values: Any) -> Any:
            scores = ops.matmul(values, layer.kernel)
            return scores + layer.bias if layer.use_bias else scores

        return _Step(scored, names)(given)
    return _Step(lambda values: ops.log(ops.clip(values, 1e-7, 1.0)), names)(probabilities)


class _Step(keras.Layer):
    """A calculation of the lab's own in somebody's network, under a name nobody there has.

    Operations name themselves, and would meet a layer that Keras once named the same way.
    """

    def __init__(self, function: Callable[[Any], Any], taken: Collection[str]) -> None:
        name = "class_scores"
        while name in taken:
            name += "_"
        super().__init__(name=name)
        self._function = function

    def call(self, values: Any) -> Any:
        return self._function(values)


def on_scores(
    teacher: Network, student: Network, loss: Callable[[Any, Any], Any], labels: float
) -> Lesson:
    """A lesson about the class scores alone; `loss` takes the student's and the teacher's."""
    return Lesson(
        [student.scores],
        [teacher.scores],
        lambda said, told: loss(said[0], told[0]),
        labels,
        small=True,
    )


def map_layers(network: Network) -> list[str]:
    """Names of the layers that make maps `(height, width, channels)`, front to back."""
    return [call.name for call in network.graph if len(call.shapes) == 1 and call.is_map]
