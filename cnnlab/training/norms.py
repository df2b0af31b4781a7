"""How long weights and gradients are in each layer: what vanishes, explodes or stands still.

Keras has no public gradient of its own, but hands every optimizer the ones it computed. An
optimizer made here measures them when it is asked to, and costs next to nothing when not.
"""

import functools
import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

Optimizer = keras.optimizers.Optimizer


@functools.cache
def measuring(kind: type[Optimizer]) -> type[Optimizer]:
    """The optimizer class `kind`, able to tell how long a step's gradients were.

    Its `gradient_norms` holds one Euclidean norm per trainable variable, of the last step before
    which `measure` was set to 1.
    """

    class Measuring(kind):
        def build(self, variables: Sequence[Any]) -> None:
            super().build(variables)
            if not hasattr(self, "measure"):
                shape = (len(variables),)
                self.gradient_norms = self.add_variable(shape, "zeros", name="gradient_norms")
                self.measure = self.add_variable((), "zeros", name="measure")

        def apply(self, grads: Sequence[Any], trainable_variables: Any = None) -> Any:
            norms = ops.cond(
                self.measure > 0,
                lambda: ops.stack([_norm(gradient) for gradient in grads]),
                lambda: ops.convert_to_tensor(self.gradient_norms),
            )
            self.gradient_norms.assign(norms)
            return super().apply(grads, trainable_variables)

    Measuring.__name__ = kind.__name__
    return Measuring


def _norm(values: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(ops.cast(values, "float32"))))


def layer_norms(model: keras.Model, trained: keras.Model) -> dict[str, list[Any]]:
    """Euclidean norms of each layer's weights now, and of its gradients when last measured.

    Args:
        model: The network whose layers are told.
        trained: What is fitted, with an optimizer made by `measuring`: `model` itself, or a model
            around it that shares its weights.

    Returns:
        `layers`, `weights` and `gradients`, lists of one length, front to back; only layers that
        learn.
    """
    measured = map(float, np.asarray(trained.optimizer.gradient_norms))
    slopes = dict(zip(map(id, trained.trainable_variables), measured, strict=True))
    names, weights, gradients = [], [], []
    for layer in model.layers:
        learned = layer.trainable_variables
        if learned:
            names.append(layer.name)
            weights.append(math.hypot(*(np.linalg.norm(np.asarray(v)) for v in learned)))
            gradients.append(math.hypot(*(slopes.get(id(v), 0.0) for v in learned)))
    return {"layers": names, "weights": weights, "gradients": gradients}
