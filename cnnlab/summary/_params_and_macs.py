"""Parameters and multiply-accumulates (MACs) of one layer, with the arithmetic spelled out."""

from itertools import groupby
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

    from cnnlab.keras_graph import Call, Graph

Shape = tuple[int, ...]
# Layers with weights that multiply nothing into sums: they count no MACs by convention.
NO_MACS = {
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "UnitNormalization",
    "Normalization",
    "PReLU",
    "Embedding",
}
# Operations without weights that multiply two tensors into sums: what they cost is not told here.
PRODUCTS = {
    *("Dot", "Attention", "AdditiveAttention"),
    *("ops.matmul", "ops.dot", "ops.einsum", "ops.tensordot", "ops.inner", "ops.vdot"),
    *("ops.conv", "ops.depthwise_conv", "ops.separable_conv", "ops.conv_transpose"),
    *("ops.dot_product_attention", "ops.correlate"),
}
RECURRENT = ("GRU", "LSTM", "SimpleRNN")
LINEAR = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose", "Conv1D", "Dense")


def size(shape: Shape) -> int:
    """Numbers in an array of this shape."""
    return prod(shape)


def weight_bytes(weight: "keras.Variable") -> int:
    """Bytes of one weight array in its own precision."""
    digits = "".join(filter(str.isdigit, str(weight.dtype))) or "8"
    return size(weight.shape) * int(digits) // 8


def params_formula(weights: list["keras.Variable"]) -> str:
    """The arrays' sizes added up: "4·4·1·32 + 32 = 544"; equal arrays in a row as "4·32"."""
    if not weights:
        return ""
    terms = []
    for shape, group in groupby(tuple(weight.shape) for weight in weights):
        count = len(list(group))
        factors = "·".join(map(str, shape)) or "1"
        terms.append(f"{count}·{factors}" if count > 1 else factors)
    return f"{' + '.join(terms)} = {sum(size(weight.shape) for weight in weights):,}"


def macs(call: "Call", given: Shape, made: Shape) -> tuple[int | None, str]:
    """MACs of one picture through a layer, and the product; None: type with unknown MACs.

    Args:
        call: The use of a layer or operation.
        given: Shape of its input, without the batch.
        made: Shape of its output, without the batch.
    """
    products = _products(call.layer, given, made)
    if products is None:
        unknown = call.kind in PRODUCTS or (bool(call.weights) and call.kind not in NO_MACS)
        return (None if unknown else 0), ""
    total = sum(prod(numbers) for numbers in products)
    return total, f"{' + '.join('·'.join(map(str, n)) for n in products)} = {total:,}"


def _products(layer: Any, given: Shape, made: Shape) -> list[Shape] | None:
    """What is multiplied: positions of the output, then the kernel at each of them."""
    kind = type(layer).__name__
    if kind.startswith("Separable"):
        places = _places(layer, made)
        depth, point = (weight.shape for weight in layer.weights[:2])
        return [(*places, *depth), (*places, *point)]
    if kind in ("Conv2DTranspose", "Conv1DTranspose", "Conv3DTranspose"):
        return [(*_places(layer, given), *layer.kernel.shape)]
    if kind in ("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D"):
        return [(*_places(layer, made), *layer.kernel.shape)]
    if kind in ("Dense", "EinsumDense") and len(layer.kernel.shape) == 2:
        return [(*made[:-1], *layer.kernel.shape)]
    if kind in RECURRENT:  # every step: what comes in, and what was remembered
        return [(given[0], *weight.shape) for weight in layer.weights[:2]]
    return None


def _places(layer: Any, shape: Shape) -> Shape:
    """Height and width of a map, wherever its channels are."""
    return shape[1:] if layer.data_format == "channels_first" else shape[:-1]


def folded_params(graph: "Graph") -> tuple[int, int]:
    """Numbers left at inference once batch-norm is folded: (all, those that are offsets).

    Behind a linear convolution or dense layer batch-norm vanishes into kernel and bias;
    anywhere else its four numbers per channel become a factor and an offset.
    """
    makers = {made: call for call in graph for made in call.outputs}
    readers = [read for call in graph for read in call.inputs]
    total = offsets = 0
    for call in graph:
        if call.again:
            continue
        arrays = [tuple(weight.shape) for weight in call.weights]
        if call.kind == "BatchNormalization":
            channels = arrays[0][0]
            before = makers.get(call.inputs[0])
            alone = readers.count(call.inputs[0]) == 1
            if before and alone and _foldable(before.layer):
                arrays = _bias_born(before.layer, channels)
            else:
                arrays = [(channels,)] * 2
        total += sum(map(prod, arrays))
        offsets += sum(prod(shape) for shape in arrays if len(shape) == 1)
    return total, offsets


def _foldable(layer: Any) -> bool:
    """Whether a batch-norm right behind the layer is only a change of its weights."""
    activation = getattr(layer, "activation", None)
    straight = activation is None or activation.__name__ == "linear"
    return type(layer).__name__ in LINEAR and straight


def _bias_born(layer: Any, channels: int) -> list[Shape]:
    """The bias a layer without one needs to take batch-norm's offset."""
    return [] if layer.use_bias else [(channels,)]
