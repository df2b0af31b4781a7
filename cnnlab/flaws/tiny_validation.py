"""Too few validation pictures to choose by."""

import numpy as np

from cnnlab.datasets import Data
from cnnlab.flaws import each_class, flaw, kept


@flaw(title="Tiny validation part")
def tiny_validation(data: Data, share: float, rng: np.random.Generator) -> Data:
    """So many of the validation pictures are gone, at least one of each class stays.

    The epoch that is kept is then chosen by chance.
    """
    return kept(data, None, each_class(data.y_val, 1 - share, rng))
