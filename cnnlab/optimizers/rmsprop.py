"""RMSprop."""

from typing import TYPE_CHECKING

from cnnlab.optimizers import optimizer

if TYPE_CHECKING:
    import keras


@optimizer(
    title="RMSprop",
    learning_rate=0.001,
    source="Hinton, Neural Networks for Machine Learning, lecture 6e, 2012",
    url="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
)
def rmsprop(
    learning_rate: float, weight_decay: float | None, momentum: float
) -> "keras.optimizers.Optimizer":
    """The gradient over the root of its recent mean square, weight by weight."""
    import keras

    return keras.optimizers.RMSprop(learning_rate, weight_decay=weight_decay)
