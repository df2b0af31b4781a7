"""A larger validation part."""

from dataclasses import replace

import numpy as np

from cnnlab.datasets import Data
from cnnlab.flaws import each_class, kept
from cnnlab.repairs import repair

SHARE = 0.2


@repair(title="Larger validation part")
def more_validation(data: Data) -> Data:
    """A fifth of the training pictures, class by class, joins the validation part."""
    moved = each_class(data.y_train, SHARE, np.random.default_rng(0))
    rest = np.setdiff1d(np.arange(len(data.y_train)), moved)
    joined = replace(
        data,
        x_val=np.concatenate([data.x_val, data.x_train[moved]]),
        y_val=np.concatenate([data.y_val, data.y_train[moved]]),
    )
    return kept(joined, rest, None)
