"""Weights or whole filters that matter least are taken away: a file for each method.

A method's function takes a model and gives a `_masks.PruningPlan`. Filters are found by
`_dependency_graph`, ranked by `_importance` and removed by `_surgery`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

    from cnnlab.compression.pruning._masks import PruningPlan


def holding_zeros(plan: "PruningPlan", share: float, ramp: int) -> "keras.callbacks.Callback":
    """A callback that prunes while a network is trained on, and keeps pruned weights at zero.

    Args:
        plan: What the method made of the network.
        share: What goes in the end, 0..1, in the method's own measure.
        ramp: Epochs over which more and more goes; 0: all at once.
    """
    from cnnlab.compression.pruning._masks import Masking

    return Masking(plan, share, ramp)
