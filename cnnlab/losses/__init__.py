"""What training makes small: one file for each loss, a card beside a Keras loss.

A function takes `label_smoothing` (the share of certainty that is taken from the right class and
spread over all, 0..1) and returns a Keras loss on one-hot labels and probabilities, both
`(batch, classes)`.
"""

from dataclasses import dataclass

from cnnlab.registry import FunctionCard, Registry


@dataclass(frozen=True, kw_only=True)
class LossCard(FunctionCard):
    """A loss; `smooths` says whether label smoothing is part of it, otherwise it is always 0."""

    smooths: bool = False


LOSSES: Registry[LossCard] = Registry("loss", LossCard, "cnnlab.losses")
loss = LOSSES.register
