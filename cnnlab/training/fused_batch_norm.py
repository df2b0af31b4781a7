"""Batch-norm in one operation where TensorFlow trains.

Keras puts a training batch-norm together from means, squares and broadcasts, a dozen passes over
the maps; in compact networks that is more work than their convolutions. TensorFlow has one
operation for all of it, and one for its gradient.
"""

from typing import Any

import keras
from keras import ops

from cnnlab.keras_graph import layers

_RANK = 4  # (batch, height, width, channels): what the one operation takes


def fuse(model: keras.Model) -> None:
    """Let the batch-norms of `model` train by TensorFlow's one operation; elsewhere do nothing.

    The layers stay what they are: weights, config and answers outside of training are Keras' own.
    """
    if keras.backend.backend() != "tensorflow":
        return
    for layer in layers(model).values():
        if isinstance(layer, keras.layers.BatchNormalization) and _fits(layer):
            layer.call = _Fused(layer)


def _fits(layer: keras.layers.BatchNormalization) -> bool:
    renorm = getattr(layer, "renorm", False)  # an option of some versions of Keras
    return layer.input_spec.ndim == _RANK and layer.axis in (-1, _RANK - 1) and not renorm


class _Fused:
    """Stands in for the `call` of one batch-norm layer."""

    def __init__(self, layer: keras.layers.BatchNormalization) -> None:
        self._layer, self._usual = layer, layer.call

    def __call__(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        layer = self._layer
        if not (training and layer.trainable) or mask is not None:
            return self._usual(inputs, training=training, mask=mask)
        maps = ops.cast(inputs, "float32")
        found = normalized(layer, maps)
        if found is None:
            return self._usual(inputs, training=training, mask=mask)
        made, mean, variance = found
        # TensorFlow estimates the variance of what the batch was drawn from; Keras keeps its own.
        count = ops.cast(ops.size(maps) // maps.shape[-1], "float32")
        variance = variance * (count - 1) / count
        for kept, now in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
            kept.assign(kept * layer.momentum + now * (1.0 - layer.momentum))
        return ops.cast(made, layer.compute_dtype)


def normalized(layer: keras.layers.BatchNormalization, maps: Any) -> tuple[Any, Any, Any] | None:
    """A training batch by TensorFlow's one operation: `maps` normalized, their mean and variance.

    None where TensorFlow or the layer have changed so that it cannot be called: Keras' own way is
    taken then, which is as right and slower.
    """
    try:
        return _by_tensorflow(layer, maps)
    except (AttributeError, TypeError, ValueError):
        return None


def _by_tensorflow(layer: keras.layers.BatchNormalization, maps: Any) -> tuple[Any, Any, Any]:
    # TensorFlow proper: Keras reaches none of its fused operations.
    import tensorflow as tf

    channels = maps.shape[-1]
    made, mean, variance = tf.compat.v1.nn.fused_batch_norm(
        maps,
        ops.convert_to_tensor(layer.gamma) if layer.scale else tf.ones(channels),
        ops.convert_to_tensor(layer.beta) if layer.center else tf.zeros(channels),
        epsilon=layer.epsilon,
        is_training=True,
    )
    return made, mean, variance
