"""Adam."""

from typing import TYPE_CHECKING

from cnnlab.optimizers import optimizer

if TYPE_CHECKING:
    import keras


@optimizer(
    title="Adam",
    learning_rate=0.001,
    source="Kingma and Ba, 2014, arXiv:1412.6980",
    url="https://arxiv.org/abs/1412.6980",
)
def adam(
    learning_rate: float, weight_decay: float | None, momentum: float
) -> "keras.optimizers.Optimizer":
    """Every weight has a step size of its own: the mean gradient over its root mean square.

    The safe choice to begin with.
    """
    import keras

    return keras.optimizers.Adam(learning_rate, weight_decay=weight_decay)
