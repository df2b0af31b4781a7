"""What a student imitates: which tensors of two networks are held against each other, and how."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import ops

from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Call, Graph, rebuilt, symbolic, walk


@dataclass
class Classifier:
    """A classifier with what its layers make, and its logits, laid open.

    `tensors` are the symbolic outputs of the calls of `graph`, in order. `logits` is the symbolic
    tensor `(batch, classes)` before softmax; where the network hides it, the logarithm of the
    probabilities, which differs from it by a constant per picture.
    """

    model: keras.Model
    graph: Graph
    tensors: Sequence[Any]
    logits: Any

    def layer(self, name: str) -> Any:
        """The output of the layer called `name`.

        Raises:
            LabError: no such layer; the message lists those that make maps.
        """
        for call, tensor in zip(self.graph, self.tensors, strict=True):
            if call.name == name:
                return tensor
        raise LabError(
            f"There is no layer {name!r}; there are: {', '.join(feature_map_layers(self))}."
        )


@dataclass
class Objective:
    """What a distillation method asks of the student.

    Attributes:
        student_tensors: Symbolic tensors of the student, `teacher_tensors` those of the teacher.
        loss: (values of the student's, values of the teacher's) -> a scalar, the smaller the
            more alike.
        label_weight: Weight of the loss on the labels beside it.
        extra_layers: Layers of its own that learn along and are dropped in the end.
        cacheable: `teacher_tensors` may be computed once for every picture and kept.
    """

    student_tensors: Sequence[Any]
    teacher_tensors: Sequence[Any]
    loss: Callable[[Sequence[Any], Sequence[Any]], Any]
    label_weight: float = 0.0
    extra_layers: Sequence[keras.Layer] = field(default_factory=list)
    cacheable: bool = False


def classifier(model: keras.Model) -> Classifier:
    """A model with its layers and logits laid open; it shares its weights.

    A model with others inside is opened as a flat copy, with weights of its own.
    """
    graph = walk(model)
    if any(call.path for call in graph):
        model = rebuilt(model)
        graph = walk(model)
    tensors = [made[0] for made in symbolic(model, graph)]
    last = graph.calls[graph.outputs[0].call]
    layer_input = model.inputs[0] if last.reads[0] == INPUT else tensors[last.reads[0]]
    logits = logits_of(last, layer_input, tensors[last.number], {call.name for call in graph})
    opened = keras.Model(model.inputs, tensors[last.number], name=model.name)
    return Classifier(opened, graph, tensors, logits)


def logits_of(last: Call, layer_input: Any, probabilities: Any, names: Collection[str]) -> Any:
    """The logits: what the network's last layer turns into probabilities.

    Args:
        last: The last call.
        layer_input: Its symbolic input.
        probabilities: Its symbolic output.
        names: Taken by the network's own layers.
    """
    layer: Any = last.layer
    activation = getattr(getattr(layer, "activation", None), "__name__", "")
    if last.kind in ("Softmax", "ops.softmax") or (activation == "softmax" and not last.weights):
        return layer_input
    if last.kind == "Dense" and activation == "softmax":

        def before_softmax(values: Any) -> Any:
            logits = ops.matmul(values, layer.kernel)
            return logits + layer.bias if layer.use_bias else logits

        return _Step(before_softmax, names)(layer_input)
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


def logit_objective(
    teacher: Classifier, student: Classifier, loss: Callable[[Any, Any], Any], label_weight: float
) -> Objective:
    """An objective on the logits alone; `loss` takes the student's and the teacher's.

    Both are `(batch, classes)`, before softmax; `label_weight` is that of the loss on the labels.
    """
    return Objective(
        [student.logits],
        [teacher.logits],
        lambda student_tensors, teacher_tensors: loss(student_tensors[0], teacher_tensors[0]),
        label_weight,
        cacheable=True,
    )


def mean_squared_error(student: Any, teacher: Any) -> Any:
    """The mean over the batch and all else of `(student - teacher) ** 2`; shapes are the same."""
    return ops.mean(ops.square(student - teacher))


def kl_divergence(student_log_probs: Any, teacher_log_probs: Any) -> Any:
    """Kullback-Leibler divergence of the student from the teacher in nats, the batch's mean.

    Both are `(batch, classes)`, logarithms of probabilities. Source: Kullback and Leibler, 1951.
    """
    apart = ops.exp(teacher_log_probs) * (teacher_log_probs - student_log_probs)
    return ops.mean(ops.sum(apart, axis=-1))


def feature_map_layers(network: Classifier) -> list[str]:
    """Names of the layers that make maps `(height, width, channels)`, front to back."""
    return [call.name for call in network.graph if len(call.shapes) == 1 and call.is_map]
