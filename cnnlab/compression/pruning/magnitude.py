"""Pruning of single weights."""

from typing import TYPE_CHECKING

from cnnlab.compression import _reasons, pruning_method
from cnnlab.compression._knobs import RAMP
from cnnlab.registry import Knob

if TYPE_CHECKING:
    import keras
    import numpy as np

    from cnnlab.compression.pruning._masks import Mask, PruningPlan


@pruning_method(
    title="Single weights by magnitude",
    removes=False,
    explain=_reasons.zeros,
    source="Han, Pool, Tran and Dally, Learning both Weights and Connections, 2015",
    url="https://arxiv.org/abs/1506.02626",
    formula=r"w \leftarrow 0 \;\text{ where }\; |w| \le \text{the } s\text{-quantile}",
    knobs=(
        Knob(
            "scope",
            "network",
            "Network: the smallest weights go, wherever they are. Layer: every layer gives the "
            "same share.",
            choices=("network", "layer"),
        ),
        Knob(
            "share", 0.8, "Share of all weights.", 0.05, 0.99, 0.05, title="Weights to set to zero"
        ),
        RAMP,
    ),
    shared=2,
)
def magnitude(model: "keras.Model", scope: str) -> "PruningPlan":
    """The smallest weights become zero and stay so while the rest learns on.

    The network has as many weights as before, most of them zeros: the file packs better, but it
    is as large unpacked, and a processor multiplies by zero as slowly as by anything else.
    """
    import numpy as np

    from cnnlab.compression.pruning._masks import PruningPlan
    from cnnlab.keras_graph import layers

    kernels = [v for layer in layers(model).values() for v in layer.weights if len(v.shape) >= 2]

    def masks(part: float) -> "list[Mask]":
        sizes = [np.abs(np.asarray(kernel)) for kernel in kernels]
        if scope == "layer":
            return [(k, _largest(s, part)) for k, s in zip(kernels, sizes, strict=True)]
        kept = _largest(np.concatenate([size.ravel() for size in sizes]), part)
        ends = np.cumsum([size.size for size in sizes])[:-1]
        parts = zip(kernels, sizes, np.split(kept, ends), strict=True)
        return [(kernel, mask.reshape(size.shape)) for kernel, size, mask in parts]

    return PruningPlan(masks)


def _largest(sizes: "np.ndarray", share: float) -> "np.ndarray":
    """1 for all but the smallest `share` of the numbers."""
    import numpy as np

    mask = np.ones(sizes.size, "float32")
    mask[np.argsort(sizes, axis=None, kind="stable")[: round(share * sizes.size)]] = 0.0
    return mask.reshape(sizes.shape)
