"""Adamax."""

from typing import TYPE_CHECKING

from cnnlab.optimizers import optimizer

if TYPE_CHECKING:
    import keras


@optimizer(
    title="Adamax",
    learning_rate=0.001,
    source="Kingma and Ba, 2014, arXiv:1412.6980, section 7.1",
    url="https://arxiv.org/abs/1412.6980",
)
def adamax(
    learning_rate: float, weight_decay: float | None, momentum: float
) -> "keras.optimizers.Optimizer":
    """Adam with the largest recent gradient in place of its root mean square.

    Steadier where gradients are rare and sudden.
    """
    import keras

    return keras.optimizers.Adamax(learning_rate, weight_decay=weight_decay)
