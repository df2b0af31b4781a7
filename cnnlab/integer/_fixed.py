"""Whole numbers in place of real ones: the arithmetic every runtime of ours shares, bit for bit.

It is LiteRT's: a real factor is a 31-bit whole number and a power of two, and what falls between
two steps goes to the nearer one, halves away from zero. Source: Jacob et al., "Quantization and
Training of Neural Networks", 2018, section 2.2; LiteRT's `MultiplyByQuantizedMultiplier`.
"""

import math
from collections.abc import Callable

import numpy as np

LOW, HIGH = -128, 127  # of int8


def factor(real: float) -> tuple[int, int]:
    """A real factor as `(whole, shift)`: about `whole * 2 ** (shift - 31)`, `whole` of 31 bits."""
    if not real:
        return 0, 0
    mantissa, shift = math.frexp(real)
    whole = math.floor(mantissa * (1 << 31) + 0.5)
    if whole == 1 << 31:
        whole, shift = whole // 2, shift + 1
    return (whole, shift) if shift >= -31 else (0, 0)


def factors(reals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As `factor` for each of many: int32 and int8."""
    pairs = [factor(float(real)) for real in reals]
    return (
        np.array([whole for whole, _ in pairs], np.int32),
        np.array([shift for _, shift in pairs], np.int8),
    )


def scaled(x: np.ndarray, whole: np.ndarray | int, shift: np.ndarray | int) -> np.ndarray:
    """`x` times the factor `(whole, shift)`, rounded twice as LiteRT does; int64.

    Args:
        x: Whole numbers of at most 32 bits, any shape.
        whole, shift: One factor, or one for each of the last axis.
    """
    shift = np.asarray(shift, np.int64)
    left, right = np.maximum(shift, 0), np.maximum(-shift, 0)
    # What is cut off here is far beyond int8 anyway, and stays within 32 bits.
    most = np.where(left > 0, (1 << 30) >> left, 1 << 31)
    product = (np.clip(np.asarray(x, np.int64), -most, most) << left) * np.asarray(whole, np.int64)
    return halved((product + (1 << 30)) >> 31, right)


def halved(x: np.ndarray, times: np.ndarray) -> np.ndarray:
    """`x / 2 ** times`, halves away from zero."""
    mask = (np.int64(1) << times) - 1
    over = (mask >> 1) + (x < 0)
    return (x >> times) + ((x & mask) > over)


def divided(total: np.ndarray, count: np.ndarray | int) -> np.ndarray:
    """`total / count`, halves away from zero, as LiteRT's mean over a window."""
    count = np.asarray(count, np.int64)
    return np.sign(total) * ((np.abs(total) + count // 2) // count)


def nearest(real: np.ndarray) -> np.ndarray:
    """The nearest whole number, halves away from zero."""
    return np.sign(real) * np.floor(np.abs(real) + 0.5)


def quantized(real: np.ndarray, scale: float, zero: int) -> np.ndarray:
    """Real numbers as int8."""
    # A quotient beyond every step is cut off, infinite ones too.
    return np.clip(nearest(np.clip(real / scale, -1e6, 1e6)) + zero, LOW, HIGH).astype(np.int8)


def table(
    function: Callable[[np.ndarray], np.ndarray],
    of: tuple[float, int],
    to: tuple[float, int],
) -> np.ndarray:
    """A function of one number as 256 answers, for q = -128 to 127.

    Args:
        function: Of real numbers, of any shape.
        of, to: Scale and zero point of what goes in and of what comes out.
    """
    steps = np.arange(LOW, HIGH + 1)
    with np.errstate(all="ignore"):
        real = np.nan_to_num(function((steps - of[1]) * of[0]))
    return quantized(real, *to)


EXP_TOP = 65535


def exp_table(scale: float) -> np.ndarray:
    """exp(-scale * d) for d = 0, 1, ... as 16-bit shares of 65535, up to the last that is not 0."""
    steps = nearest(EXP_TOP * np.exp(-scale * np.arange(256))).astype(np.uint16)
    return steps[: max(1, int(np.count_nonzero(steps)))]
