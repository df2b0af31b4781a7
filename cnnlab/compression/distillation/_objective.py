"""What a student imitates: which tensors of two networks are held against each other, and how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import ops

from cnnlab.errors import LabError


@dataclass
class Network:
    """A classifier with its class scores laid open.

    `scores` is the symbolic tensor `(batch, classes)` before softmax; where the network hides
    it, the logarithm of the probabilities, which differs from it by a constant per picture.
    """

    model: keras.Model
    scores: Any

    def layer(self, name: str) -> Any:
        """The output of the layer called `name`.

        Raises:
            LabError: no such layer; the message lists those that make maps.
        """
        for layer in self.model.layers:
            if layer.name == name:
                return layer.output
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
    """A model with its scores laid open."""
    last = model.layers[-1]
    given = None if isinstance(last, keras.Model) else last.input
    return Network(model, scores_of(last, given, model.outputs[0]))


def scores_of(last: keras.Layer, given: Any, probabilities: Any) -> Any:
    """The class scores: what the network's last layer turns into probabilities.

    Args:
        last: The last layer.
        given: Its symbolic input; None if it is unknown.
        probabilities: Its symbolic output.
    """
    activation = getattr(getattr(last, "activation", None), "__name__", "")
    if (
        given is not None
        and not last.weights
        and (activation == "softmax" or isinstance(last, keras.layers.Softmax))
    ):
        return given
    if given is not None and isinstance(last, keras.layers.Dense) and activation == "softmax":
        scores = ops.matmul(given, last.kernel)
        return scores + last.bias if last.use_bias else scores
    return ops.log(ops.clip(probabilities, 1e-7, 1.0))


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
    return [
        layer.name
        for layer in network.model.layers
        if not isinstance(layer, keras.layers.InputLayer) and len(_shape(layer)) == 3
    ]


def _shape(layer: keras.Layer) -> tuple[int, ...]:
    output = layer.output
    return () if isinstance(output, list | tuple | dict) else tuple(output.shape[1:])
