"""Quantization to half precision.

Shapes: pictures are uint8 `(n, height, width, channels)`, of those the network is trained on.
"""

from typing import TYPE_CHECKING

from cnnlab.compression import _reasons, quantization_method

if TYPE_CHECKING:
    import keras
    import numpy as np


@quantization_method(
    title="float16 weights",
    bits=16,
    explain=_reasons.half_precision,
    source="IEEE 754-2008, binary16; LiteRT, post-training float16 quantization",
    url="https://ai.google.dev/edge/litert/models/post_training_float16_quant",
    formula=r"w_{16} = \mathrm{round}_{11\,bit}(w)",
)
def float16(model: "keras.Model", pictures: "np.ndarray") -> bytes:
    """Every weight keeps 11 of its 24 significant bits, so the file halves.

    Nothing is calibrated and next to nothing is lost. LiteRT turns the weights back into
    float32 when it loads the file, so on a CPU it computes as before, no faster.
    """
    from cnnlab import export

    return export.to_float16(model)
