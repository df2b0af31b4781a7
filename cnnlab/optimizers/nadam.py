"""Nadam."""

from typing import TYPE_CHECKING

from cnnlab.optimizers import optimizer

if TYPE_CHECKING:
    import keras


@optimizer(
    title="Nadam",
    learning_rate=0.001,
    source="Dozat, Incorporating Nesterov Momentum into Adam, 2016",
    url="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ",
)
def nadam(
    learning_rate: float, weight_decay: float | None, momentum: float
) -> "keras.optimizers.Optimizer":
    """Adam that looks one step ahead, as Nesterov's momentum does."""
    import keras

    return keras.optimizers.Nadam(learning_rate, weight_decay=weight_decay)
