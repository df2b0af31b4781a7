"""Without training pictures whose label nearly all of their likes contradict."""

import numpy as np

from cnnlab.datasets import Data, neighbor_votes
from cnnlab.flaws import kept
from cnnlab.repairs import repair

NEIGHBORS = 10


@repair(
    title="Leave out doubtful labels",
    source="Wilson, Asymptotic properties of nearest neighbor rules using edited data, 1972",
    url="https://doi.org/10.1109/TSMC.1972.4309137",
)
def drop_doubtful_labels(data: Data) -> Data:
    """Training pictures are left out whose label is another than most of their neighbors have.

    Neighbors are compared pixel by pixel: right for drawings, of little use for photographs.
    """
    votes = neighbor_votes(data.x_train, data.y_train, NEIGHBORS, len(data.labels))
    own = votes[np.arange(len(votes)), data.y_train]
    stays = own >= votes.max(axis=1) / 2
    stays |= ~np.isin(data.y_train, data.y_train[stays])  # no class goes as a whole
    return kept(data, np.flatnonzero(stays), None)
