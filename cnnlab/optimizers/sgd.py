"""SGD."""

from typing import TYPE_CHECKING

from cnnlab.optimizers import optimizer

if TYPE_CHECKING:
    import keras


@optimizer(
    title="SGD",
    learning_rate=0.05,
    source="Nesterov, 1983; Sutskever et al., 2013",
    url="https://proceedings.mlr.press/v28/sutskever13.html",
)
def sgd(
    learning_rate: float, weight_decay: float | None, momentum: float
) -> "keras.optimizers.Optimizer":
    """A step against the gradient, with Nesterov's momentum where momentum is above zero.

    Slower to begin with; often the best in the end, on a falling learning rate.
    """
    import keras

    return keras.optimizers.SGD(
        learning_rate, momentum=momentum, nesterov=momentum > 0, weight_decay=weight_decay
    )
