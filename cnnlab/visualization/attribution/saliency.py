"""Saliency: the plain gradient.

Shapes: the image is float `(height, width, channels)` in 0..1, the heat map float
`(height, width)`, in the card's unit; `label` is a class index and `layer` a call's, from 0.
"""

import numpy as np

from cnnlab.visualization import _gradients, attribution_method
from cnnlab.visualization._opened import Opened


@attribution_method(
    title="Saliency",
    family="gradients",
    source="Simonyan, Vedaldi, Zisserman, 2013, arXiv:1312.6034",
    url="https://arxiv.org/abs/1312.6034",
    unit="score per unit of brightness",
)
def saliency(opened: Opened, image: np.ndarray, label: int, layer: int) -> np.ndarray:
    """How much the class's score would change if one pixel changed a little, either way.

    The size of the gradient at each pixel, the largest over the colors. It shows what the
    network is sensitive to, which may be noise as well as the thing itself.
    """
    gradient = _gradients.of_score(opened, image[None], label).by_image[0]
    return np.abs(gradient).max(axis=-1)
