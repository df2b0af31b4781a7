"""Optimizers that know where in the epoch they are: inside the graph, without a word from Python.

So that Keras may take several steps at a stretch, the planned learning rates and the place among
the epoch's batches are variables of the optimizer. Keras has no public gradient of its own, but
hands every optimizer the ones it computed: one made here measures those of the last batch.

Adam's step, a dozen small operations per variable in Keras, is TensorFlow's single one where
TensorFlow runs: a few hundredths of a small network's time.
"""

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import keras
from keras import ops

if TYPE_CHECKING:
    from keras.optimizers import Optimizer


@functools.cache
def planned(kind: "type[Optimizer]") -> "Callable[..., Optimizer]":
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

    class Fused(Planned):
        def apply(self, grads: Sequence[Any], trainable_variables: Any = None) -> Any:
            step = ops.cast(self.iterations + 1, "float32")
            self._powers = ops.power(self.beta_1, step), ops.power(self.beta_2, step)
            return super().apply(grads, trainable_variables)

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            found = handles(self, variable)
            if found is None:
                super().update_step(gradient, variable, learning_rate)
                return
            # TensorFlow proper: Keras reaches none of its fused steps.
            import tensorflow as tf

            own, first, second = found
            tf.raw_ops.ResourceApplyAdam(
                var=own,
                m=first,
                v=second,
                beta1_power=self._powers[0],
                beta2_power=self._powers[1],
                lr=learning_rate,
                beta1=self.beta_1,
                beta2=self.beta_2,
                epsilon=self.epsilon,
                grad=gradient,
            )

    adam = issubclass(kind, keras.optimizers.Adam) and not issubclass(kind, keras.optimizers.Nadam)
    made = Fused if adam and keras.backend.backend() == "tensorflow" else Planned
    made.__name__ = kind.__name__
    return made


def handles(optimizer: keras.optimizers.Optimizer, variable: Any) -> tuple[Any, Any, Any] | None:
    """Where TensorFlow keeps a variable and Adam's two moving means of its gradient.

    Keras has no public way to them. None where it keeps them in another way than it did: its
    own step is taken then, which is as right and slower.
    """
    try:
        return _kept_by_keras(optimizer, variable)
    except (AttributeError, KeyError, IndexError, TypeError):
        return None


def _kept_by_keras(optimizer: keras.optimizers.Optimizer, variable: Any) -> tuple[Any, Any, Any]:
    place = optimizer._get_variable_index(variable)
    means = optimizer._momentums[place], optimizer._velocities[place]
    return variable.handle, means[0].value.handle, means[1].value.handle


def _norm(values: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(ops.cast(values, "float32"))))
