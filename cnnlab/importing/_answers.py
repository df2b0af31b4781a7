"""What the values are that a network answers with, and how they become probabilities."""

from typing import Any

import keras
import numpy as np
from keras import ops

from cnnlab.keras_graph import INPUT, Graph

PROBABILITIES = "probabilities"
SCORES = "scores"
LOGARITHMS = "logarithms"
SIGMOIDS = "sigmoids"
ONE_CHANCE = "one chance"
ONE_SCORE = "one score"
_TINY = 1e-7

NOTES = {
    PROBABILITIES: "",
    SCORES: "Its last layer gives scores that do not add up to 1, so a softmax was put behind it.",
    LOGARITHMS: "Its last layer gives logarithms of probabilities, so an exponential was put "
    "behind it.",
    SIGMOIDS: "Its last layer judges each class by itself (sigmoid), so its values do not add up "
    "to 1: each is shown as its share of their sum.",
    ONE_CHANCE: "It gives one value, the chance of the second class: the first one's, which is "
    "what is left to 1, was put beside it.",
    ONE_SCORE: "It gives one score for the second class, so a sigmoid was put behind it and the "
    "first class's chance beside it.",
}


def kind_of(graph: Graph, values: np.ndarray) -> str:
    """What a network's answers are, by its last activation, their range and their sums.

    Args:
        graph: The network's.
        values: Answers `(n, classes)` to pictures of many kinds.
    """
    activation = _last_activation(graph)
    within = bool((values >= -1e-3).all() and (values <= 1 + 1e-3).all())
    if values.shape[1] == 1:
        chance = activation == "sigmoid" or (within and activation != "linear")
        return ONE_CHANCE if chance else ONE_SCORE
    if activation == "softmax" or (within and _adds_up(values)):
        return PROBABILITIES
    if activation == "log_softmax" or ((values <= 1e-3).all() and _adds_up(np.exp(values))):
        return LOGARITHMS
    if activation in ("sigmoid", "hard_sigmoid") or (within and activation != "linear"):
        return SIGMOIDS
    return SCORES


def _adds_up(values: np.ndarray) -> bool:
    return bool(np.allclose(values.sum(axis=1), 1.0, atol=5e-3))


def _last_activation(graph: Graph) -> str:
    """Its name; "linear" for a layer that has none, "" where nobody knows."""
    last = graph.outputs[0].call
    while last != INPUT:
        call = graph.calls[last]
        activation = getattr(call.layer, "activation", None)
        if call.kind in ("Softmax", "ops.softmax"):
            return "softmax"
        if call.kind.startswith("ops.") and hasattr(keras.activations, call.kind[4:]):
            return call.kind[4:]
        if activation is not None:
            return str(getattr(activation, "__name__", ""))
        if call.kind not in ("Reshape", "Flatten", "Dropout", "Identity", "ops.cast"):
            return "linear" if call.weights else ""
        last = call.reads[0]
    return ""


def probabilities(kind: str, values: np.ndarray) -> np.ndarray:
    """Answers `(n, k)` as probabilities `(n, classes)`."""
    return np.asarray(turned(kind, ops.convert_to_tensor(values, "float32")))


def turned(kind: str, values: Any) -> Any:
    """The same on tensors, symbolic or real."""
    if kind == SCORES:
        return keras.layers.Softmax(name="softmax_added")(values)
    if kind == LOGARITHMS:
        return keras.layers.Activation("exponential", name="exponential_added")(values)
    if kind == SIGMOIDS:
        values = values + _TINY
        return values / ops.sum(values, axis=-1, keepdims=True)
    if kind in (ONE_CHANCE, ONE_SCORE):
        if kind == ONE_SCORE:
            values = keras.layers.Activation("sigmoid", name="sigmoid_added")(values)
        return ops.concatenate([1.0 - values, values], axis=-1)
    return values
