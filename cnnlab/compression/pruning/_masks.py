"""What goes first: masks over weights, kept while the rest learns on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

Mask = tuple[keras.Variable, np.ndarray]


@dataclass
class PruningPlan:
    """How a pruning method works on one model.

    Attributes:
        masks: share (0..1) -> (variable, 0 or 1 for each of its numbers), from the weights as
            they are now. What is zero already goes first, so that a larger share only adds.
        remove: share -> a smaller model without what the masks hide; None where there is none.
        thin_zeros: The model without what is all zero already.
        notes: One sentence for each layer that cannot be cut.
    """

    masks: Callable[[float], Sequence[Mask]]
    remove: Callable[[float], keras.Model] | None = None
    remove_zeros: Callable[[], keras.Model] | None = None
    notes: Sequence[str] = ()


class Masking(keras.callbacks.Callback):
    """Holds pruned weights at zero; with a ramp, more of them every epoch."""

    def __init__(self, plan: PruningPlan, share: float, ramp: int) -> None:
        super().__init__()
        self._plan, self._share, self._ramp = plan, share, ramp
        self._held: list[tuple[keras.Variable, Any]] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        found = self._plan.masks(self._share * sparsity_share(epoch, self._ramp))
        self._held = [(variable, keras.ops.convert_to_tensor(mask)) for variable, mask in found]
        self._hold()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._hold()

    def _hold(self) -> None:
        for variable, mask in self._held:
            variable.assign(variable * mask)


def sparsity_share(epoch: int, ramp: int) -> float:
    """The share of the final sparsity in force in `epoch` (0-based): fast first, then slower.

    Source: Zhu and Gupta, "To prune, or not to prune", 2017, arXiv:1710.01878.
    """
    if epoch + 1 >= ramp:
        return 1.0
    return 1.0 - (1.0 - (epoch + 1) / ramp) ** 3


def apply_masks(masks: Sequence[Mask]) -> None:
    """Set what is masked to zero."""
    for variable, mask in masks:
        variable.assign(np.asarray(variable) * mask)
