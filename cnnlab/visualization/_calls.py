"""A network's calls run one after another, and what merely follows what."""

from collections.abc import Sequence
from typing import Any

from cnnlab import keras_graph
from cnnlab.keras_graph import INPUT, Call

ACTIVATIONS = (
    *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
    *("ops.relu", "ops.relu6", "ops.leaky_relu", "ops.elu", "ops.gelu", "ops.silu", "ops.softmax"),
    *("ops.sigmoid", "ops.tanh", "ops.log_softmax"),
)


def run(calls: Sequence[Call], picture: Any, bare: bool = False) -> list[Any]:
    """What every call makes of a batch of pictures, symbolic or real; a layer's first tensor.

    `bare` leaves out the activation inside the last of the calls.
    """
    return [tensors[0] for tensors in keras_graph.run(calls, [picture], bare)]


def before(calls: Sequence[Call], number: int, kinds: tuple[str, ...] = ACTIVATIONS) -> int:
    """The first call back from `number` that is none of `kinds`: what it only bends or thins."""
    call = calls[number]
    while call.kind in kinds and call.reads[0] != INPUT:
        number = call.reads[0]
        call = calls[number]
    return number
