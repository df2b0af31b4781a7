"""AdamW."""

from typing import TYPE_CHECKING

from cnnlab.optimizers import optimizer

if TYPE_CHECKING:
    import keras


@optimizer(
    title="AdamW",
    learning_rate=0.002,
    source="Loshchilov and Hutter, 2017, arXiv:1711.05101",
    url="https://arxiv.org/abs/1711.05101",
)
def adamw(
    learning_rate: float, weight_decay: float | None, momentum: float
) -> "keras.optimizers.Optimizer":
    """Adam with weight decay apart from the gradient: try a weight decay of 0.01."""
    import keras

    return keras.optimizers.AdamW(learning_rate, weight_decay=weight_decay or 0.0)
