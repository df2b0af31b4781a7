"""Mean squared error."""

from typing import TYPE_CHECKING

from cnnlab.losses import loss

if TYPE_CHECKING:
    import keras


@loss(
    title="Mean squared error",
    source="Hui and Belkin, 2020, arXiv:2006.07322",
    url="https://arxiv.org/abs/2006.07322",
)
def mean_squared_error(label_smoothing: float) -> "keras.losses.Loss":
    """The squared distance between the probabilities and the labels, as the older nets had it."""
    import keras

    return keras.losses.MeanSquaredError()
