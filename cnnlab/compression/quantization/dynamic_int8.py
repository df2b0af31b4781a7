"""Quantization of the weights alone to 8 bits.

Shapes: pictures are uint8 `(n, height, width, channels)`, of those the network is trained on.
"""

from typing import TYPE_CHECKING

from cnnlab.compression import quantization_method

if TYPE_CHECKING:
    import keras
    import numpy as np


@quantization_method(
    title="int8 weights, dynamic range",
    bits=8,
    source="LiteRT, post-training dynamic range quantization",
    url="https://ai.google.dev/edge/litert/models/post_training_quant",
    formula=r"w \approx s \cdot q,\quad q \in \{-127, \dots, 127\},\quad s = \max|w| / 127",
)
def dynamic_int8(model: "keras.Model", pictures: "np.ndarray") -> bytes:
    """Weights become 8-bit integers with one scale per filter; biases stay float32.

    What flows between the layers is scaled to 8 bits anew for every picture, so no calibration
    is needed. Arrays of fewer than 1,024 numbers stay as they are: a tiny network hardly shrinks.
    """
    from cnnlab import export

    return export.to_dynamic_int8(model)
