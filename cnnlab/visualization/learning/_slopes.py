"""The slope of every activation the lab knows, by what goes into it.

Values of any shape, without units, in float64. Names and constants are those of Keras
(keras.io/api/layers/activations).
"""

import math
from collections.abc import Callable

import numpy as np

from cnnlab.errors import LabError

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_LEAK = 0.2
_erf = np.vectorize(math.erf, otypes=[float])


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _elu(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


def _gelu(x: np.ndarray) -> np.ndarray:
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return (1 + _erf(x / math.sqrt(2))) / 2 + x * density


SLOPES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": np.ones_like,
    "relu": lambda x: (x > 0).astype(float),
    "leaky_relu": lambda x: np.where(x > 0, 1.0, _LEAK),
    "elu": _elu,
    "selu": lambda x: _SELU_SCALE * np.where(x > 0, 1.0, _SELU_ALPHA * _elu(x)),
    "gelu": _gelu,
    "silu": lambda x: _sigmoid(x) * (1 + x * (1 - _sigmoid(x))),
    "tanh": lambda x: 1 - np.tanh(x) ** 2,
    "sigmoid": lambda x: _sigmoid(x) * (1 - _sigmoid(x)),
}


def bent(where: str, name: str, derivative: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The derivative of the loss by what goes into an activation.

    Args:
        where: Name of the layer it stands in.
        name: Of the activation.
        derivative: Of the loss by what the activation made, in the shape of `x`.
        x: What goes into it, `(height, width, channels)` or `(n,)`.

    Returns:
        In the shape of `x`.

    Raises:
        LabError: its slope is not written here.
    """
    if name == "softmax":
        share = np.exp(x - x.max(axis=-1, keepdims=True))
        share /= share.sum(axis=-1, keepdims=True)
        return share * (derivative - (derivative * share).sum(axis=-1, keepdims=True))
    if name not in SLOPES:
        raise LabError(
            f"The slope of {name} in {where} is not written out here: choose a layer behind it, "
            "or a network with another activation."
        )
    return derivative * SLOPES[name](x)
