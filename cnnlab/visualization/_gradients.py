"""Gradients with respect to pictures and maps: the one file that knows a Keras backend.

Keras 3 has no public gradient of its own. This is TensorFlow's GradientTape, the backend the
engine uses; on JAX or PyTorch the two functions below would be written with theirs. They are
traced once per model (`of_filters` once per layer) and kept in the opened model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab.visualization._calls import before_activation, run
from cnnlab.visualization._opened import Opened


@dataclass(frozen=True)
class Score:
    """A class's score before softmax for `n` pictures, and its gradients.

    `values` is `(n,)`, `by_image` `(n, height, width, channels)`.
    """

    values: np.ndarray
    by_image: np.ndarray
    _by_call: list[Any]

    def by_map(self, number: int) -> np.ndarray:
        """The gradient by call `number`'s output `(n, ...)`; 0 where the score ignores it."""
        return self._by_call[number].numpy()


def of_score(opened: Opened, images: np.ndarray, label: int) -> Score:
    """How the score of class `label` changes with the pictures `(n, h, w, c)` and the maps."""
    if "of_score" not in opened.memo:
        opened.memo["of_score"] = _trace_score(opened)
    values, by_image, *by_call = opened.memo["of_score"](_float(images), _whole(label))
    return Score(values.numpy(), by_image.numpy(), by_call)


def of_filters(
    opened: Opened, images: np.ndarray, layer: int, filters: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How strongly each picture excites its own filter, and the gradient by the pictures.

    Args:
        opened: A model laid open.
        images: `(n, height, width, channels)`.
        layer: Number of the call; its activation is left out, so that a filter that is
            silent on a picture still says which way to go.
        filters: `(n,)`, the filter for each picture.

    Returns:
        The filter's mean over its map `(n,)`, and the gradient, shaped like `images`.
    """
    key = ("of_filters", layer)
    if key not in opened.memo:
        opened.memo[key] = _trace_filters(opened, layer)
    mean, gradient = opened.memo[key](_float(images), _whole(filters))
    return mean.numpy(), gradient.numpy()


def _trace_score(opened: Opened) -> Callable:
    import tensorflow as tf

    upto = opened.calls[: before_activation(opened.calls, len(opened.calls) - 1) + 1]

    @tf.function(input_signature=[_pictures(opened), tf.TensorSpec([], tf.int32)])
    def traced(images, label):
        with tf.GradientTape() as tape:
            tape.watch(images)
            made = run(upto, images, bare=True)
            score = tf.gather(made[-1], label, axis=1)
        by = tape.gradient(score, [images, *made], unconnected_gradients="zero")
        return score, *by

    return traced


def _trace_filters(opened: Opened, layer: int) -> Callable:
    import tensorflow as tf

    upto = opened.calls[: before_activation(opened.calls, layer) + 1]

    @tf.function(input_signature=[_pictures(opened), tf.TensorSpec([None], tf.int32)])
    def traced(images, filters):
        with tf.GradientTape() as tape:
            tape.watch(images)
            made = run(upto, images, bare=True)[-1]
            means = tf.reduce_mean(made, axis=range(1, len(made.shape) - 1))
            own = tf.gather(means, filters, axis=1, batch_dims=1)
        return own, tape.gradient(own, images)

    return traced


def _pictures(opened: Opened) -> Any:
    import tensorflow as tf

    return tf.TensorSpec([None, *opened.input_shape], tf.float32)


def _float(array: np.ndarray) -> Any:
    import tensorflow as tf

    return tf.constant(array, tf.float32)


def _whole(value: Any) -> Any:
    import tensorflow as tf

    return tf.constant(value, tf.int32)
