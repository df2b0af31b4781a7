"""SmoothGrad: saliency, averaged over noisy copies.

Shapes: the image is float `(height, width, channels)` in 0..1, the heat map float
`(height, width)`, in the card's unit; `label` is a class index and `layer` a call's, from 0.
"""

import numpy as np

from cnnlab.visualization import _gradients, attribution_method
from cnnlab.visualization._opened import Opened

COPIES = 32
NOISE = 0.15  # standard deviation, as a share of the picture's range


@attribution_method(
    title="SmoothGrad",
    family="gradients",
    source="Smilkov et al., 2017, arXiv:1706.03825",
    url="https://arxiv.org/abs/1706.03825",
    unit="score per unit of brightness",
)
def smoothgrad(opened: Opened, image: np.ndarray, label: int, layer: int) -> np.ndarray:
    """Saliency again, averaged over 32 copies of the picture with a little noise on each.

    What is left is what the network is sensitive to in all of them; single bright dots of the
    plain gradient fade away.
    """
    # The same noise at every call, so that the same question gets the same answer.
    noise = np.random.default_rng(0).normal(0.0, 1.0, (COPIES, *image.shape))
    copies = image[None] + noise * NOISE * float(np.ptp(image) or 1.0)
    gradients = _gradients.of_score(opened, copies, label).by_image
    return np.abs(gradients.mean(axis=0)).max(axis=-1)
