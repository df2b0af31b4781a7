"""Activations and other functions of one number, as LiteRT names them."""

from collections.abc import Callable, Mapping

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _erf_gelu(x: np.ndarray) -> np.ndarray:
    from math import erf

    return x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2


def _tanh_gelu(x: np.ndarray) -> np.ndarray:
    return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2


FUNCTIONS: dict[str, Function] = {
    "QUANTIZE": lambda x: x,
    "DEQUANTIZE": lambda x: x,
    "LOGISTIC": _sigmoid,
    "TANH": np.tanh,
    "RELU": lambda x: np.maximum(x, 0),
    "RELU6": lambda x: np.clip(x, 0, 6),
    "RELU_N1_TO_1": lambda x: np.clip(x, -1, 1),
    "HARD_SWISH": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "ELU": lambda x: np.where(x < 0, np.expm1(np.minimum(x, 0)), x),
    "EXP": np.exp,
    "LOG": np.log,
    "SQRT": np.sqrt,
    "RSQRT": lambda x: 1 / np.sqrt(x),
    "SQUARE": np.square,
    "ABS": np.abs,
    "NEG": np.negative,
    "GELU": _erf_gelu,
    "LEAKY_RELU": lambda x: x,
}


def of_option(kind: str, options: Mapping[str, int | float | bool | str]) -> Function:
    """The function of a step, by its kind and its settings."""
    if kind == "LEAKY_RELU":
        alpha = float(options["alpha"])
        return lambda x: np.where(x < 0, alpha * x, x)
    if kind == "GELU" and options.get("approximate"):
        return _tanh_gelu
    return FUNCTIONS[kind]
