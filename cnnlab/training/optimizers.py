"""Optimizers that know where in the epoch they are: inside the graph, without a word from Python.

So that Keras may take several steps at a stretch, the planned learning rates and the place among
the epoch's batches are variables of the optimizer. Keras has no public gradient of its own, but
hands every optimizer the ones it computed: one made here measures those of the last batch.
"""

import functools
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

Optimizer = keras.optimizers.Optimizer


@functools.cache
def planned(kind: type[Optimizer]) -> type[Optimizer]:
    """The optimizer class `kind`, led through an epoch of `batches` batches.

    Its `rates` are the learning rates of the epoch's batches, `position` the batch that comes
    next, and `gradient_norms` one Euclidean norm per trainable variable, of the epoch's last batch.
    """

    class Planned(kind):
        def __init__(self, batches: int, learning_rate: float, **settings: Any) -> None:
            super().__init__(learning_rate, **settings)
            self._batches, self._usual = batches, learning_rate

        def build(self, variables: Sequence[Any]) -> None:
            super().build(variables)
            usual = keras.initializers.Constant(self._usual)
            self.rates = self.add_variable((self._batches,), usual, name="rates")
            self.position = self.add_variable((), "zeros", dtype="int32", name="position")
            norms = (len(variables),)
            self.gradient_norms = self.add_variable(norms, "zeros", name="gradient_norms")

        def apply(self, grads: Sequence[Any], trainable_variables: Any = None) -> Any:
            self.learning_rate = ops.take(self.rates, self.position)
            norms = ops.cond(
                ops.equal(self.position, self._batches - 1),
                lambda: ops.stack([_norm(gradient) for gradient in grads]),
                lambda: ops.convert_to_tensor(self.gradient_norms),
            )
            self.gradient_norms.assign(norms)
            self.position.assign(ops.mod(self.position + 1, self._batches))
            return super().apply(grads, trainable_variables)

    Planned.__name__ = kind.__name__
    return Planned


def _norm(values: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(ops.cast(values, "float32"))))
