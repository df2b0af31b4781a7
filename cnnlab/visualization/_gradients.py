"""Gradients with respect to pictures and maps: the one file that knows a Keras backend.

Keras 3 has no public gradient of its own. This is TensorFlow's GradientTape, the backend the
engine uses; on JAX or PyTorch the two functions below would be written with theirs. They are
traced once per model (`of_filters` once per layer) and kept in the opened model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab.visualization._calls import ACTIVATIONS, before, run
from cnnlab.visualization._opened import Opened

# Where these give more, what they read was larger: climbing that cannot get stuck at a zero.
GROWING = (*ACTIVATIONS, "MaxPooling2D", "AveragePooling2D", "Dropout", "SpatialDropout2D")
SILENT_PULL = 0.1  # slope of the climb where a filter says nothing yet


@dataclass(frozen=True)
class Score:
    """A class's score before softmax for `n` pictures, and its gradients.

    `values` is `(n,)`, `by_image` `(n, height, width, channels)`.
    """

    values: np.ndarray
    by_image: np.ndarray
    _by_call: list[Any]

    def by_map(self, number: int) -> np.ndarray:
        """The gradient by call `number`'s output `(n, ...)`; 0 where the score ignores it.

        Of the last batch only: ask it about one picture.
        """
        return self._by_call[number].numpy()


def of_score(opened: Opened, images: np.ndarray, label: int) -> Score:
    """How the score of class `label` changes with the pictures `(n, h, w, c)` and the maps."""
    if "of_score" not in opened.memo:
        opened.memo["of_score"] = _trace_score(opened)
    traced, label = opened.memo["of_score"], _whole(label)
    values, slopes = [], []
    for part in opened.batches(images):
        value, by_image, *by_call = traced(_float(part), label)
        values.append(value.numpy())
        slopes.append(by_image.numpy())
    return Score(np.concatenate(values), np.concatenate(slopes), by_call)


def of_filters(
    opened: Opened, images: np.ndarray, layer: int, filters: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How strongly each picture excites its own filter, and the gradient by the pictures.

    Args:
        opened: A model laid open.
        images: `(n, height, width, channels)`.
        layer: Number of the call; activations and pools are left out, so that a filter that
            is silent on a picture still says which way to go.
        filters: `(n,)`, the filter for each picture.

    Returns:
        The largest value of the filter's map `(n,)`, and the gradient, shaped like `images`, of
        what is to be climbed: strong answers somewhere in the map (`_strength`), or in a first
        convolution, what stands out of its map (`_contrast`).
    """
    key = ("of_filters", layer)
    if key not in opened.memo:
        opened.memo[key] = _trace_filters(opened, layer)
    parts = zip(opened.batches(images), opened.batches(filters), strict=True)
    results = [opened.memo[key](_float(part), _whole(own)) for part, own in parts]
    largest, gradient = zip(*results, strict=True)
    return np.concatenate(largest), np.concatenate(gradient)


def _trace_score(opened: Opened) -> Callable[..., Any]:
    import tensorflow as tf

    upto = opened.calls[: before(opened.calls, opened.output) + 1]

    @tf.function(input_signature=[_pictures(opened), tf.TensorSpec([], tf.int32)])
    def traced(images: Any, label: Any) -> tuple[Any, ...]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            made = run(upto, images, bare=True)
            score = tf.gather(made[-1], label, axis=1)
        by = tape.gradient(score, [images, *made], unconnected_gradients="zero")
        return score, *by

    return traced


def _trace_filters(opened: Opened, layer: int) -> Callable[..., Any]:
    import tensorflow as tf

    last = before(opened.calls, layer, GROWING)
    upto, first = opened.calls[: last + 1], _reads_the_picture(opened, last)

    @tf.function(input_signature=[_pictures(opened), tf.TensorSpec([None], tf.int32)])
    def traced(images: Any, filters: Any) -> tuple[Any, ...]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            made = tf.gather(run(upto, images, bare=True)[-1], filters, axis=-1, batch_dims=1)
            maps = tf.reshape(made, [tf.shape(made)[0], -1])  # (n, places)
            target = _contrast(maps) if first else _strength(maps)
        return tf.reduce_max(maps, axis=1), tape.gradient(target, images)

    return traced


def _reads_the_picture(opened: Opened, layer: int) -> bool:
    """Whether this is the first convolution."""
    convolutions = [i for i, call in enumerate(opened.calls) if "Conv" in call.kind]
    return bool(convolutions) and layer == convolutions[0]


def _strength(maps: Any) -> Any:
    """Strong answers count by their square; where a filter is silent, a slight pull upwards."""
    import tensorflow as tf

    return tf.reduce_mean(tf.where(maps > 0, maps**2, SILENT_PULL * maps), axis=1)


def _contrast(maps: Any) -> Any:
    """What stands out of the map's own mean: plain brightness is no answer.

    A first convolution is linear, so its mean only says how bright the picture is.
    """
    import tensorflow as tf

    above = tf.nn.relu(maps - tf.reduce_mean(maps, axis=1, keepdims=True))
    return tf.reduce_mean(above**2, axis=1)


def _pictures(opened: Opened) -> Any:
    import tensorflow as tf

    return tf.TensorSpec([None, *opened.input_shape], tf.float32)


def _float(array: np.ndarray) -> Any:
    import tensorflow as tf

    return tf.constant(array, tf.float32)


def _whole(value: Any) -> Any:
    import tensorflow as tf

    return tf.constant(value, tf.int32)


def matrix_of(opened: Opened, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The affine map of a float64 model without activations: y = A x + b, up to call `number`.

    Returns:
        A `(values, height, width, channels)`, the gradient of each value, and b `(values,)`.
    """
    import tensorflow as tf

    black = tf.zeros((1, *opened.input_shape), tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(black)
        values = tf.unstack(tf.reshape(run(opened.calls, black)[number], [-1]))
    rows = [tape.gradient(value, black, unconnected_gradients="zero") for value in values]
    return np.concatenate([row.numpy() for row in rows]), np.array([v.numpy() for v in values])


def of_weights(opened: Opened, image: np.ndarray, label: int) -> tuple[float, list[np.ndarray]]:
    """Cross-entropy (nats) of one picture and its gradient by every trainable weight.

    Args:
        opened: A model laid open that gives probabilities, in the precision of its weights.
        image: `(height, width, channels)`.
        label: The picture's class.
    """
    import tensorflow as tf

    weights = opened.model.trainable_weights
    batch = tf.constant(image[None], weights[0].dtype)
    with tf.GradientTape() as tape:
        loss = -tf.math.log(run(opened.calls, batch)[opened.output][0, label])
    by = tape.gradient(loss, [w.value for w in weights], unconnected_gradients="zero")
    return float(loss), [gradient.numpy() for gradient in by]
