"""Adadelta."""

from typing import TYPE_CHECKING

from cnnlab.optimizers import optimizer

if TYPE_CHECKING:
    import keras


@optimizer(
    title="Adadelta",
    learning_rate=1.0,
    source="Zeiler, 2012, arXiv:1212.5701",
    url="https://arxiv.org/abs/1212.5701",
)
def adadelta(
    learning_rate: float, weight_decay: float | None, momentum: float
) -> "keras.optimizers.Optimizer":
    """Steps as large as recent steps were, in proportion to recent gradients.

    The rate of 1.0 is the paper's, and Keras' default when the older sources used it.
    """
    import keras

    return keras.optimizers.Adadelta(learning_rate, weight_decay=weight_decay)
