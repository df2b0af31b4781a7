"""No flaw."""

import numpy as np

from cnnlab.datasets import Data
from cnnlab.flaws import flaw


@flaw(title="None")
def none(data: Data, share: float, rng: np.random.Generator) -> Data:
    """The data as they are."""
    return data
