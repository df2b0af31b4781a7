"""What each layer of a model costs: shapes, parameters, MACs, bytes, receptive field.

Conventions. A MAC is one multiplication with its addition; biases, pooling, activations and
normalization count none (they multiply no weights with sums; batch-norm folds into the layer
before it at inference). Bytes are float32 at batch size 1 unless a weight says otherwise. The
receptive field is the theoretical one and may be larger than the picture.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnlab import architectures
from cnnlab.keras_graph import Graph, fixed, walk
from cnnlab.summary import _memory, _params_and_macs, _receptive_fields
from cnnlab.summary._differences import Pair, differences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras

__all__ = [
    "LayerRow",
    "Pair",
    "Summary",
    "Totals",
    "differences",
    "summarize",
    "summarize_architecture",
]


@dataclass(frozen=True)
class LayerRow:
    """One layer. Shapes leave out the batch; several inputs show the first.

    Attributes:
        inputs: Names of the layers it reads; "" stands for the picture itself.
        formula: The parameters with the numbers put in: "4·4·1·32 + 32 = 544".
        macs_formula: The same for MACs; "" where there are none.
        receptive_field: (height, width) in pixels of the input that one output value depends on.
        counted: False for a layer type with weights whose MACs we do not know (shown as 0).
    """

    name: str
    type: str
    inputs: tuple[str, ...]
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    params: int
    trainable_params: int
    formula: str
    macs: int
    macs_formula: str
    weight_bytes: int
    activation_bytes: int
    receptive_field: tuple[int, int]
    counted: bool = True


@dataclass(frozen=True)
class Totals:
    """The model as a whole.

    Attributes:
        params: Equals Keras' `model.count_params()`.
        params_batchnorm_folded: At inference: batch-norm right after a convolution or dense
            layer vanishes into it, elsewhere two numbers per channel remain.
        weight_bytes: All weights as stored for training.
        peak_activation_bytes: Largest sum of the tensors alive at once when the layers run in
            order, at batch 1; flatten, reshape and dropout write no new tensor.
        file_bytes: Weights of the finished float32 file: 4 bytes per folded parameter.
        file_bytes_int8: The same after 8-bit quantization: 1 byte per weight, 4 per bias.
    """

    params: int
    trainable_params: int
    non_trainable_params: int
    params_batchnorm_folded: int
    macs: int
    weight_bytes: int
    peak_activation_bytes: int
    file_bytes: int
    file_bytes_int8: int


@dataclass(frozen=True)
class Summary:
    """A model's layers, in the order they run, and their totals."""

    name: str
    input_shape: tuple[int, ...]
    classes: int
    layers: tuple[LayerRow, ...]
    totals: Totals

    def to_json(self) -> dict[str, Any]:
        """Plain data for scripts; the receptive field as its longer side in pixels."""
        return {
            "name": self.name,
            "input_shape": list(self.input_shape),
            "classes": self.classes,
            "layers": [_layer_json(layer) for layer in self.layers],
            "totals": {
                key: getattr(self.totals, key)
                for key in Totals.__dataclass_fields__
                if not key.startswith("file_")
            },
        }


def _layer_json(layer: LayerRow) -> dict[str, Any]:
    keys = ("name", "type", "output_shape", "params", "macs", "weight_bytes", "activation_bytes")
    values = {key: getattr(layer, key) for key in keys}
    values["output_shape"] = list(layer.output_shape)
    return {**values, "receptive_field": max(layer.receptive_field)}


def summarize(model: "keras.Model") -> Summary:
    """The layer table of any built Sequential or functional model, also nested or reloaded.

    Raises:
        LabError: the model's input size is not fixed, or it is a subclassed model.
    """
    graph = walk(model)
    input_shape = fixed(graph.inputs[0], model.name)
    for call in graph:
        for shape in call.shapes:
            fixed(shape, call.name)
    fields = _receptive_fields.receptive_fields(graph)
    rows = tuple(_row(graph, index, fields[index]) for index in range(len(graph.calls)))
    return Summary(
        name=model.name,
        input_shape=input_shape,
        classes=graph.fixed_shape(graph.outputs[0])[-1],
        layers=rows,
        totals=_totals(model, graph, rows),
    )


def summarize_architecture(
    name: str,
    input_shape: "Sequence[int] | None" = None,
    classes: int | None = None,
    knobs: "Mapping[str, Any] | None" = None,
) -> Summary:
    """The layer table of an architecture as `architectures.build` makes it; same errors.

    A table needs the weights' shapes, not their values: none are drawn, which halves the time.
    """
    import keras

    try:
        with keras.StatelessScope(initialize_variables=False):
            return summarize(architectures.build(name, input_shape, classes, knobs))
    finally:
        # Keras keeps a list of what is yet to be drawn: these weights never will be.
        keras.utils.clear_session(free_memory=False)


def _row(graph: Graph, index: int, field: tuple[int, int]) -> LayerRow:
    call = graph.calls[index]
    given, made = graph.fixed_shape(call.inputs[0]), call.fixed_shape
    macs, macs_formula = _params_and_macs.macs(call, given, made)
    weights = [] if call.again else call.weights
    return LayerRow(
        name=call.name,
        type=call.kind,
        inputs=tuple(graph.maker(key) for key in call.inputs),
        input_shape=given,
        output_shape=made,
        params=sum(_params_and_macs.size(weight.shape) for weight in weights),
        trainable_params=sum(_params_and_macs.size(w.shape) for w in weights if w.trainable),
        formula=_params_and_macs.params_formula(weights),
        macs=macs or 0,
        macs_formula=macs_formula,
        weight_bytes=sum(map(_params_and_macs.weight_bytes, weights)),
        activation_bytes=sum(_memory.tensor_bytes(graph, made) for made in call.outputs),
        receptive_field=field,
        counted=macs is not None,
    )


def _totals(model: "keras.Model", graph: Graph, rows: tuple[LayerRow, ...]) -> Totals:
    params = sum(row.params for row in rows)
    trainable = sum(row.trainable_params for row in rows)
    folded, biases = _params_and_macs.folded_params(graph)
    return Totals(
        params=params,
        trainable_params=trainable,
        non_trainable_params=params - trainable,
        params_batchnorm_folded=folded,
        macs=sum(row.macs for row in rows),
        weight_bytes=sum(row.weight_bytes for row in rows),
        peak_activation_bytes=_memory.peak_bytes(graph),
        file_bytes=4 * folded,
        file_bytes_int8=folded + 3 * biases,
    )
