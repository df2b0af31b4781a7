"""Grad-CAM.

Shapes: the image is float `(height, width, channels)` in 0..1, the heat map float
`(height, width)`, in the card's unit; `label` is a class index and `layer` a call's, from 0.
"""

import numpy as np

from cnnlab.visualization import _gradients, attribution_method
from cnnlab.visualization._opened import Opened


@attribution_method(
    title="Grad-CAM",
    family="gradients",
    source="Selvaraju et al., 2017, arXiv:1610.02391",
    url="https://arxiv.org/abs/1610.02391",
    unit="share of the largest",
    by_layer=True,
    is_default=True,
)
def grad_cam(opened: Opened, image: np.ndarray, label: int, layer: int) -> np.ndarray:
    """The maps of one layer, each weighted by how much the class wants more of it.

    A map's weight is the mean gradient of the class's score by the map; the weighted maps are
    added up, and what speaks for the class (above zero) is kept. Shows where, not why.
    """
    score = _gradients.of_score(opened, image[None], label)
    gradient = score.by_map(layer)[0]  # (rows, columns, channels)
    maps = opened.activations(image)[layer]
    weights = gradient.mean(axis=(0, 1))
    heat = np.maximum((maps * weights).sum(axis=-1), 0.0)
    heat = stretched(heat, image.shape[:2])
    return heat / (heat.max() or 1.0)


def stretched(heat: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A coarse map `(rows, columns)` drawn out to `size`, bilinear between cell centers."""
    for axis, length in enumerate(size):
        cells = heat.shape[axis]
        at = ((np.arange(length) + 0.5) * cells / length - 0.5).clip(0, cells - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, cells - 1)
        part = (at - low).reshape([-1 if a == axis else 1 for a in range(2)])
        heat = np.take(heat, low, axis) * (1 - part) + np.take(heat, high, axis) * part
    return heat
