"""Weights that learn on few steps: which layers bear it, and the network that is trained so."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from cnnlab import evaluation
from cnnlab.compression._steps import (
    MOST,
    kernels,
    on_few_steps,
    straight_through,
)
from cnnlab.training import Task, both_parts

if TYPE_CHECKING:
    from cnnlab.datasets import Data
    from cnnlab.runs import Run

JUDGES = 1000  # validation pictures


def bits_borne(model: keras.Model, data: "Data", bits: int, most: float) -> dict[str, int]:
    """How many bits each layer is to have: `bits`, or 8 where it bears no fewer.

    One layer at a time is put on so few steps, nothing is trained on, and validation pictures say
    what that costs; the model is left as it was.

    Args:
        model: A trained classifier.
        data: Its data; up to `JUDGES` validation pictures are asked.
        bits: 2 to 8.
        most: Accuracy in points that a layer may cost by itself.
    """
    pictures, truth = data.x_val[:JUDGES], np.asarray(data.y_val[:JUDGES])
    before = _accuracy(model, pictures, truth)
    found = {}
    for name, variables in kernels(model).items():
        kept = [np.asarray(variable) for variable in variables]
        _put(variables, bits)
        lost = 100 * (before - _accuracy(model, pictures, truth))
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
        found[name] = bits if lost <= most else MOST
        print(f"{name} in {bits} bits: {-lost:+.1f} points, gets {found[name]}")  # noqa: T201
    return found


def put_on_steps(model: keras.Model, bits: Mapping[str, int]) -> None:
    """Leave the weights where training had them rounded to; done again it changes nothing."""
    for name, variables in kernels(model).items():
        _put(variables, bits[name])


def _put(variables: list[keras.Variable], bits: int) -> None:
    for variable in variables:
        variable.assign(on_few_steps(variable.value, bits))


def _accuracy(model: keras.Model, pictures: np.ndarray, truth: np.ndarray) -> float:
    return float((evaluation.predict_all(model, pictures).argmax(axis=1) == truth).mean())


class FakeQuantized(keras.Model):
    """A network that computes with its weights on few steps, and learns them in full precision.

    Its variables are the network's own, nothing is added, so a checkpoint holds what it always
    does.
    """

    def __init__(self, network: keras.Model, bits: Mapping[str, int]) -> None:
        """`bits` of each layer with kernels."""
        super().__init__(name=f"{network.name}_fake_quantized")
        self.network = network
        self._rounded = [
            (variable, bits[name])
            for name, variables in kernels(network).items()
            for variable in variables
        ]
        self.output_shape = tuple(network.outputs[0].shape)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Probabilities `(batch, classes)`."""
        put = [(v, straight_through(v.value, bits)) for v, bits in self._rounded]
        with keras.StatelessScope(state_mapping=put) as scope:
            made = self.network(inputs, training=training)
        # What the network changed by itself: statistics of batch norm, seeds of dropout.
        for variable in self.network.non_trainable_variables:
            changed = scope.get_current_value(variable)
            if changed is not None:
                variable.assign(changed)
        return made


def fine_tuning_task(run: "Run", data: "Data", model: keras.Model, bits: Mapping[str, int]) -> Task:
    """The training: the network is kept, its fake-quantized self is fitted."""
    return Task(model, *both_parts(run, data), wrapper=FakeQuantized(model, bits))
