"""The pen: thinner or thicker strokes.

Shapes: pictures are float32 `(n, height, width, channels)` in 0..1, before and after.
"""

import numpy as np

from cnnlab.augmentation import pen
from cnnlab.robustness._cards import transform


@transform(
    title="Pen width",
    low=-pen.THINNEST,
    high=2,
    unchanged=0,
    unit="pixels at each side of a stroke",
    phrases=(
        "with strokes thinner by {by} pixels at each side",
        "with strokes thicker by {by} pixels at each side",
    ),
    turn=50,
    source="Serra, Image Analysis and Mathematical Morphology, 1982",
)
def pen_width(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Written with another pen. Where the border is light, the ink is what is dark."""
    rim = np.concatenate([pictures[:, [0, -1]].ravel(), pictures[:, :, [0, -1]].ravel()])
    dark_ink = bool(np.median(rim) > 0.5)
    ink = 1 - pictures if dark_ink else pictures
    amount = np.full(len(pictures), strength, np.float32)
    written = pen.rewritten(ink, amount)
    return 1 - written if dark_ink else written
