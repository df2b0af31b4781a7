"""Quantization of weights and feature maps to 8 bits.

Shapes: pictures are uint8 `(n, height, width, channels)`, of those the network is trained on.
"""

from typing import TYPE_CHECKING

from cnnlab.compression import quantization_method
from cnnlab.registry import Knob

if TYPE_CHECKING:
    import keras
    import numpy as np


@quantization_method(
    title="Full int8",
    is_default=True,
    bits=8,
    source="Jacob et al., Quantization and Training of Neural Networks, 2018",
    url="https://arxiv.org/abs/1712.05877",
    formula=r"x \approx s\,(q - z),\quad q \in \{-128, \dots, 127\}",
    knobs=(
        Knob(
            "calibration",
            200,
            "Training pictures that show how large each layer's values get. Try 2: a range that "
            "is too small cuts values off.",
            1,
            2000,
            1,
            title="Calibration pictures",
        ),
    ),
)
def int8(model: "keras.Model", pictures: "np.ndarray", calibration: int) -> bytes:
    """Weights and feature maps are 8-bit integers; one layer hands integers to the next.

    A few training pictures measure the range of every feature map, from which its scale s and
    zero point z follow: all of them, a quarter or an eighth, whichever keeps the answers to a
    thousand nearest to the parent's, because a narrow range has fine steps and a wide one cuts
    nothing off.
    By the same few a layer's weights are rounded one after the other, each making up for what the
    ones before it lost (Frantar et al., GPTQ, 2022), so that the layer's output stays where it
    was. The picture still goes in as floats in 0..1 and probabilities come out as floats, so
    nothing else has to change.
    """
    from cnnlab import export

    return export.to_int8(model, pictures[: max(calibration, export.JUDGES)], calibration)
