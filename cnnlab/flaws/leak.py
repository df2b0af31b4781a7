"""Validation pictures among the training pictures."""

from dataclasses import replace

import numpy as np

from cnnlab.datasets import Data
from cnnlab.flaws import each_class, flaw


@flaw(
    title="Leak",
    source="Kaufman et al., Leakage in Data Mining, 2012",
    url="https://doi.org/10.1145/2382577.2382579",
)
def leak(data: Data, share: float, rng: np.random.Generator) -> Data:
    """So many of the validation pictures are learned from as well: what is measured looks good."""
    seen = each_class(data.y_val, share, rng)
    return replace(
        data,
        x_train=np.concatenate([data.x_train, data.x_val[seen]]),
        y_train=np.concatenate([data.y_train, data.y_val[seen]]),
    )
