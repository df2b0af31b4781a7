"""The exponential moving average of the weights: judged and kept in their place, put back to train.

The optimizer keeps it (`use_ema`, `ema_momentum`, set in `compiling`).

Shapes: live weights are a list in the order of the model's trainable variables, each array of its
variable's shape.
"""

import keras
import numpy as np


def put_average(model: keras.Model) -> list[np.ndarray]:
    """Put the moving average in force.

    Args:
        model: Compiled with an optimizer that averages.

    Returns:
        The live weights, to put back.
    """
    live = [np.asarray(variable) for variable in model.trainable_variables]
    model.optimizer.finalize_variable_values(model.trainable_variables)
    return live


def put_back(model: keras.Model, live: list[np.ndarray]) -> None:
    """Go on from the live weights that `put_average` gave."""
    for variable, value in zip(model.trainable_variables, live, strict=True):
        variable.assign(value)
