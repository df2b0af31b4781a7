"""Weights or whole filters that matter least are taken away: a file for each method.

A method's function takes a model and gives a `_masks.PruningPlan`. Filters are found by
`_dependency_graph`, ranked by `_importance` and removed by `_surgery`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnlab.compression import KINDS, KindCard

if TYPE_CHECKING:
    import keras

    from cnnlab.compression.pruning._masks import PruningPlan
    from cnnlab.datasets import Data
    from cnnlab.runs import Run


def holding_zeros(plan: "PruningPlan", share: float, ramp: int) -> "keras.callbacks.Callback":
    """A callback that prunes while a network is trained on, and keeps pruned weights at zero.

    Args:
        plan: What the method made of the network.
        share: What goes in the end, 0..1, in the method's own measure.
        ramp: Epochs over which more and more goes; 0: all at once.
    """
    from cnnlab.compression.pruning._masks import Masking

    return Masking(plan, share, ramp)


def _make(run: "Run", report: Callable[..., None], data: "Data") -> "keras.Model":
    from cnnlab.compression import _worker

    return _worker.prune(run, report, data)


KINDS.add(
    KindCard(
        name="pruning",
        title="Pruning",
        description="Weights or whole filters that matter least are taken away.",
        verb="prune",
        adjective="pruned",
        turn=30,
        make=_make,
    )
)
