"""Memory of the tensors between layers, at batch size 1."""

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlab.summary._graph import Graph, Key

BYTES_PER_VALUE = 4  # float32
# Layers that hand on what they got (at inference), without a tensor of their own.
VIEWS = ("Flatten", "Reshape", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout")


def tensor_bytes(graph: "Graph", key: "Key") -> int:
    """Bytes of one tensor in float32."""
    return BYTES_PER_VALUE * prod(graph.shapes[key])


def peak_bytes(graph: "Graph") -> int:
    """Largest sum of tensors alive at once while the layers run one after another.

    A tensor lives from the layer that writes it to the last one that reads it; while a layer
    runs, both what it reads and what it writes are alive.
    """
    owner = {key: key for key in graph.inputs}
    last_read: dict[Key, int] = {}
    for index, call in enumerate(graph.calls):
        view = type(call.layer).__name__ in VIEWS
        for key in call.outputs:
            owner[key] = owner[call.inputs[0]] if view else key
        last_read.update({owner[key]: index for key in call.inputs})
    last_read.update({owner[key]: len(graph.calls) for key in graph.outputs})
    alive = {owner[key] for key in graph.inputs}
    peak = sum(tensor_bytes(graph, key) for key in alive)
    for index, call in enumerate(graph.calls):
        alive |= {owner[key] for key in call.outputs}
        peak = max(peak, sum(tensor_bytes(graph, key) for key in alive))
        alive = {key for key in alive if last_read.get(key, -1) > index}
    return peak
