"""Focal loss."""

from typing import TYPE_CHECKING

from cnnlab.losses import loss

if TYPE_CHECKING:
    import keras


@loss(
    title="Focal loss",
    source="Lin et al., 2017, arXiv:1708.02002",
    url="https://arxiv.org/abs/1708.02002",
)
def focal(label_smoothing: float) -> "keras.losses.Loss":
    """Cross-entropy that looks at the hard pictures more: sure answers count next to nothing."""
    import keras

    return keras.losses.CategoricalFocalCrossentropy()
