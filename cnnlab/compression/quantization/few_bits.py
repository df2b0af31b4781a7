"""Quantization-aware fine-tuning of the weights."""

from typing import TYPE_CHECKING

from cnnlab.compression import _reasons, fine_tuned_quantization
from cnnlab.registry import Knob

if TYPE_CHECKING:
    import keras

    from cnnlab.datasets import Data


@fine_tuned_quantization(
    title="Few bits, fine-tuned",
    explain=_reasons.steps_in_floats,
    source="Jacob et al., Quantization and Training of Neural Networks, 2018; Krishnamoorthi, "
    "Quantizing deep convolutional networks, 2018",
    url="https://arxiv.org/abs/1806.08342",
    formula=r"\hat w = s \cdot \mathrm{clip}(\mathrm{round}(w / s), -n, n),\quad n = 2^{b-1} - 1,"
    r"\quad \partial \hat w / \partial w := 1",
    knobs=(
        Knob("bits", 4, "Of a weight: 4 leave 15 values for each filter, 2 leave 3.", 2, 8, 1),
        Knob(
            "most",
            5.0,
            "A layer that by itself, before any fine-tuning, costs more validation accuracy than "
            "this keeps 8 bits.",
            0.0,
            100.0,
            0.5,
            title="Points a layer may cost",
        ),
    ),
)
def few_bits(model: "keras.Model", data: "Data", bits: int, most: float) -> "dict[str, int]":
    """The network is trained on while it computes with weights of so few bits.

    Forward, every filter's weights lie on a few steps; backward, the gradient passes as if they
    did not, so the weights behind them move until they tip over to another step. Biases and
    batch norm stay in full precision. Which layers bear it is measured first, layer by layer, on
    validation pictures.
    """
    from cnnlab.compression._fine_tuning import bits_borne

    return bits_borne(model, data, bits, most)
