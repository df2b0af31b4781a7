"""How batches reach Keras: those that need no Python are put together inside TensorFlow.

A batch that Python hands over costs about a millisecond, a tenth of a small network's step.
"""

from typing import TYPE_CHECKING, Union

import keras

from cnnlab.training.batches import Batches

if TYPE_CHECKING:
    import tensorflow as tf

_MOST_COPIED = 512 * 2**20  # bytes of pictures that may lie in memory twice


class EpochOrder(keras.callbacks.Callback):
    """Puts the order of the epoch that begins in force."""

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self._batches = batches

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._batches.epoch = epoch


def feed(batches: Batches) -> Union[Batches, "tf.data.Dataset"]:
    """What `fit` is given: the same batches in the same order, the fastest way there is.

    The order is the one in force when an epoch begins. Augmented pictures, floats,
    very many of them and other backends go the way of `Batches` itself.
    """
    if keras.backend.backend() != "tensorflow" or not batches.plain:
        return batches
    parts = batches.parts
    if parts[0].nbytes > _MOST_COPIED:
        return batches
    # TensorFlow proper: Keras has no pipeline of its own.
    import tensorflow as tf

    with tf.device("cpu"):  # where pipelines run, on a machine with a GPU as well
        pictures, targets = map(tf.constant, parts)

    def gathered(chosen: "tf.Tensor") -> tuple["tf.Tensor", "tf.Tensor"]:
        x = tf.cast(tf.gather(pictures, chosen), "float32") / 255
        return x, tf.gather(targets, chosen)

    def order(_: "tf.Tensor") -> "tf.Tensor":
        places = tf.numpy_function(lambda: batches.order, [], "int64")
        return tf.ensure_shape(places, (batches.pictures,))

    epoch = tf.data.Dataset.range(1).map(order)
    made = epoch.rebatch(batches.size).map(gathered).prefetch(2)
    return made.apply(tf.data.experimental.assert_cardinality(len(batches)))
