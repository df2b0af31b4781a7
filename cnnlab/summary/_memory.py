"""Memory of the tensors between layers, at batch size 1."""

from math import prod

from cnnlab.keras_graph import INPUT, Graph, Tensor

BYTES_PER_VALUE = 4  # float32
# Layers that hand on what they got (at inference), without a tensor of their own.
VIEWS = (
    *("Flatten", "Reshape", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout"),
    *("Identity", "ops.reshape", "ops.squeeze", "ops.expand_dims"),
)


def tensor_bytes(graph: Graph, tensor: Tensor) -> int:
    """Bytes of one tensor in float32."""
    return BYTES_PER_VALUE * prod(graph.fixed_shape(tensor))


def peak_bytes(graph: Graph) -> int:
    """Largest sum of tensors alive at once while the layers run one after another.

    A tensor lives from the layer that writes it to the last one that reads it; while a layer
    runs, both what it reads and what it writes are alive.
    """
    given = [Tensor(INPUT, index) for index in range(len(graph.inputs))]
    owner = {tensor: tensor for tensor in given}
    last_read: dict[Tensor, int] = {}
    for call in graph:
        view = call.kind in VIEWS
        for made in call.outputs:
            owner[made] = owner[call.inputs[0]] if view else made
        last_read.update({owner[read]: call.number for read in call.inputs})
    last_read.update({owner[tensor]: len(graph.calls) for tensor in graph.outputs})
    alive = set(given)
    peak = sum(tensor_bytes(graph, tensor) for tensor in alive)
    for call in graph:
        alive |= {owner[made] for made in call.outputs}
        peak = max(peak, sum(tensor_bytes(graph, tensor) for tensor in alive))
        alive = {tensor for tensor in alive if last_read.get(tensor, -1) > call.number}
    return peak
