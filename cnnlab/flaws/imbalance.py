"""Classes of which there is little."""

import numpy as np

from cnnlab.datasets import Data
from cnnlab.flaws import each_class, flaw, kept


@flaw(
    title="Rare classes",
    source="Buda et al., A systematic study of the class imbalance problem, 2018",
    url="https://arxiv.org/abs/1710.05381",
)
def imbalance(data: Data, share: float, rng: np.random.Generator) -> Data:
    """So many pictures of every second class are gone, in training and validation alike."""
    return kept(data, *(_thinned(y, share, rng) for y in (data.y_train, data.y_val)))


def _thinned(labels: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    rare = labels % 2 == 1
    left = np.flatnonzero(rare)[each_class(labels[rare], 1 - share, rng)]
    return np.sort(np.concatenate([np.flatnonzero(~rare), left]))
