"""Occlusion: cover a part, ask again.

Shapes: the image is float `(height, width, channels)` in 0..1, the heat map float
`(height, width)`, in the card's unit; `label` is a class index and `layer` a call's, from 0.
"""

import numpy as np

from cnnlab.visualization import attribution_method
from cnnlab.visualization._opened import Opened

POSITIONS = 11  # down and across: 121 pictures
PATCH_SHARE = 0.2  # of the picture's side


@attribution_method(
    title="Occlusion",
    family="covering",
    source="Zeiler, Fergus, 2013, arXiv:1311.2901",
    url="https://arxiv.org/abs/1311.2901",
    unit="fall of the probability",
    signed=True,
)
def occlusion(opened: Opened, image: np.ndarray, label: int, layer: int) -> np.ndarray:
    """Covers one small square after another and watches the probability of the class.

    A pixel's value is the mean fall of the probability over all squares that covered it: blue
    parts were needed, covering red ones helped. Needs no gradient, so it works for any model.
    The squares take the color of the picture's border.
    """
    covered, masks = _covered(image)
    asked = np.concatenate([image[None], covered])
    probabilities = opened.probabilities(asked)[:, label]
    falls = probabilities[0] - probabilities[1:]
    times = masks.sum(axis=0)
    return (falls[:, None, None] * masks).sum(axis=0) / np.maximum(times, 1)


def _covered(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture with each square covered `(n, h, w, c)`, and where it was `(n, h, w)`."""
    height, width = image.shape[:2]
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    color = np.median(border, axis=0)
    masks = []
    for top in _starts(height):
        for left in _starts(width):
            mask = np.zeros((height, width), bool)
            mask[top : top + _side(height), left : left + _side(width)] = True
            masks.append(mask)
    stack = np.stack(masks)
    return np.where(stack[..., None], color, image[None]).astype(np.float32), stack


def _side(length: int) -> int:
    return max(1, round(length * PATCH_SHARE))


def _starts(length: int) -> list[int]:
    """Evenly spaced, from border to border, each once."""
    return sorted(set(np.linspace(0, length - _side(length), POSITIONS).round().astype(int)))
