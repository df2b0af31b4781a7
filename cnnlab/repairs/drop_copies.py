"""Without training pictures that are copies of held-back ones."""

import numpy as np

from cnnlab.datasets import Data, copied_pictures
from cnnlab.flaws import kept
from cnnlab.repairs import repair


@repair(title="Leave out copies")
def drop_copies(data: Data) -> Data:
    """Training pictures that also stand in the validation or test part are left out."""
    others = np.concatenate([data.x_val, data.x_test])
    classes = np.concatenate([data.y_val, data.y_test])
    copies = copied_pictures(data.x_train, data.y_train, others, classes)
    return kept(data, np.flatnonzero(~copies), None)
