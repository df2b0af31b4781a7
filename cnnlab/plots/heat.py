"""Heat maps laid over the picture they explain."""

from collections.abc import Sequence

import numpy as np

from cnnlab.plots.maps import Sprite, colored, pictures

_STRONG = 0.85  # how much of the picture the strongest heat covers


def overlays(image: np.ndarray, heats: Sequence[np.ndarray], signed: Sequence[bool]) -> Sprite:
    """The picture in gray, and over it each heat map in color, the stronger the denser.

    Args:
        image: `(height, width, channels)`, floats in 0..1.
        heats: Each `(height, width)`, scaled by its own largest value.
        signed: Which of them go below zero (blue above zero, red below).
    """
    gray = image.mean(axis=-1, keepdims=True).repeat(3, axis=-1)
    tiles = []
    for heat, below in zip(heats, signed, strict=True):
        reach = float(np.abs(heat).max()) or 1.0
        strength = np.abs(heat)[..., None] / reach
        colors = colored(heat, -reach if below else 0.0, reach)
        share = _STRONG * strength
        tiles.append(gray * (1 - share) + colors * share)
    return pictures(np.stack(tiles))
