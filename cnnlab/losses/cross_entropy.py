"""Cross-entropy."""

from typing import TYPE_CHECKING

from cnnlab.losses import loss

if TYPE_CHECKING:
    import keras


@loss(
    title="Cross-entropy",
    smooths=True,
    source="Szegedy et al., 2015, arXiv:1512.00567 (label smoothing)",
    url="https://arxiv.org/abs/1512.00567",
)
def cross_entropy(label_smoothing: float) -> "keras.losses.Loss":
    """How surprised the network is by the right class: minus the logarithm of its probability."""
    import keras

    return keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)
