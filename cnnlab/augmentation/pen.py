"""The pen: every picture's strokes thinner or thicker, by grey morphology."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.augmentation._cards import Batch, operation
from cnnlab.registry import Knob

_MOST = 1.5  # pixels on each side of a stroke: more would close the holes of an 8
THINNEST = 0.6  # more of an erosion would break strokes that are two pixels wide


@operation(
    title="Pen",
    turn=15,
    source="Serra, Image Analysis and Mathematical Morphology, 1982",
    knobs=(
        Knob(
            "pen",
            0.0,
            "Writes with another pen: strokes thinner, or thicker by up to 1.5 pixels at 100 %.",
            0.0,
            100.0,
            5.0,
            unit="%",
        ),
    ),
)
def pen(batch: Batch, values: Mapping[str, Any], rng: np.random.Generator) -> Batch:
    """Strokes thinner or thicker, for bright ink on a dark ground."""
    return Batch(thicken(batch.x, float(values["pen"]), rng), batch.y, batch.partners)


def thicken(x: np.ndarray, percent: float, rng: np.random.Generator) -> np.ndarray:
    """Strokes thinner by up to a part of a pixel, or thicker by up to one and a half.

    Dilation or erosion by a cross (Serra, 1982) is blended in by an amount drawn for each
    picture, so that pens of every width between appear, with the soft edges of a scan.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1, ink brighter than its ground.
        percent: 100 reaches from the thinnest to one and a half pixels more; less stays nearer.
        rng: Where the amounts are drawn from.
    """
    amount = rng.uniform(-1, 1, len(x)).astype(np.float32) * np.float32(percent / 100)
    return rewritten(x, np.where(amount < 0, THINNEST, _MOST).astype(np.float32) * amount)


def rewritten(x: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Strokes wider by so many pixels at each side, or thinner where that is negative.

    Args:
        x: Pictures `(n, height, width, channels)`, float32 in 0..1, ink brighter than its ground.
        pixels: `(n,)`, float32 from `-THINNEST` to 2.
    """
    x = x.copy()
    thin, thick = np.flatnonzero(pixels < 0), np.flatnonzero(pixels > 0)
    x[thin] = _thinned(x[thin], _wide(-pixels[thin]))
    x[thick] = _thickened(x[thick], _wide(pixels[thick]))
    return x


def _wide(amount: np.ndarray) -> np.ndarray:
    return amount[:, None, None, None]


def _thickened(x: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Dilated by `amount` pixels, 0..2: whole steps, then a part of one."""
    once = x + np.minimum(amount, 1) * (_crossed(x, np.maximum) - x)
    more = np.flatnonzero(amount.ravel() > 1)
    once[more] += (amount[more] - 1) * (_crossed(once[more], np.maximum) - once[more])
    return once


def _thinned(x: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Partly eroded, by 0..THINNEST, and as bright again as before."""
    thin = x + amount * (_crossed(x, np.minimum) - x)
    before, after = (np.max(p, axis=(1, 2, 3), keepdims=True, initial=0) for p in (x, thin))
    return thin * (before / np.maximum(after, np.float32(1e-6)))


def _crossed(x: np.ndarray, better: np.ufunc) -> np.ndarray:
    """The best of each pixel and its four neighbors."""
    best = x.copy()
    for axis in (1, 2):
        ahead = (slice(None),) * axis + (slice(1, None),)
        behind = (slice(None),) * axis + (slice(None, -1),)
        better(best[ahead], x[behind], out=best[ahead])
        better(best[behind], x[ahead], out=best[behind])
    return best
