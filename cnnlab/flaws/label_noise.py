"""Wrong labels."""

from dataclasses import replace

import numpy as np

from cnnlab.datasets import Data
from cnnlab.flaws import flaw


@flaw(
    title="Wrong labels",
    source="Zhang et al., Understanding deep learning requires rethinking generalization, 2017",
    url="https://arxiv.org/abs/1611.03530",
)
def label_noise(data: Data, share: float, rng: np.random.Generator) -> Data:
    """So many pictures carry the label of another class, drawn at random."""
    classes = len(data.labels)
    return replace(
        data,
        y_train=_shuffled(data.y_train, classes, share, rng),
        y_val=_shuffled(data.y_val, classes, share, rng),
    )


def _shuffled(
    labels: np.ndarray, classes: int, share: float, rng: np.random.Generator
) -> np.ndarray:
    wrong = rng.random(len(labels)) < share
    moved = (labels + rng.integers(1, max(2, classes), len(labels))) % classes
    return np.where(wrong, moved, labels)
