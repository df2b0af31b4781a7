"""What can be wrong with data, planted on purpose: one file for each flaw, NumPy alone.

A function takes the data, the share of it that is to suffer (0..1) and random numbers, and
returns the data with a flaw in its training and validation part. The test part stays as it was,
so that what a flaw costs can be measured.
"""

from dataclasses import replace

import numpy as np

from cnnlab.datasets import Data
from cnnlab.registry import FunctionCard, Registry
from cnnlab.schema import Recipe

FLAWS: Registry[FunctionCard] = Registry("flaw", FunctionCard, "cnnlab.flaws")
flaw = FLAWS.register


def planted(data: Data, recipe: Recipe) -> Data:
    """The data with the recipe's flaw, the same for the same seed."""
    rng = np.random.default_rng([recipe.seed, 0xF1A3])
    made: Data = FLAWS[recipe.flaw].function(data, recipe.flaw_percent / 100, rng)
    return made


def each_class(labels: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Places of a random `share` of each class's pictures, at least one of each, in order.

    Args:
        labels: Class indices `(n,)`.
    """
    chosen = []
    for label in np.unique(labels):
        places = rng.permutation(np.flatnonzero(labels == label))
        chosen.append(places[: max(1, round(share * len(places)))])
    return np.sort(np.concatenate(chosen)) if chosen else np.zeros(0, np.int64)


def kept(data: Data, train: np.ndarray | None, validation: np.ndarray | None) -> Data:
    """Only these places of the two parts; None keeps all of one."""
    if train is not None:
        data = replace(data, x_train=data.x_train[train], y_train=data.y_train[train])
    if validation is not None:
        data = replace(data, x_val=data.x_val[validation], y_val=data.y_val[validation])
    return data
