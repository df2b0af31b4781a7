"""One value of a network in floats and in int8, step by step; and what int8 costs, class by class.

Source: Jacob et al., "Quantization and Training of Neural Networks", 2018, arXiv:1712.05877, eq. 7.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from cnnlab import evaluation, export, integer, litert_graph, prediction
from cnnlab.errors import LabError
from cnnlab.export import int8_file
from cnnlab.runs import Run

SHOWN = 8  # products
MOST = 2000  # test pictures


@dataclass(frozen=True)
class Product:
    """A number of the map, less its zero point, times a weight: all whole numbers."""

    given: int
    weight: int

    @property
    def value(self) -> int:
        """What it adds to the sum."""
        return self.given * self.weight


@dataclass(frozen=True)
class QuantizedValue:
    """One output value of a convolution or dense layer in int8, and the same in floats.

    Attributes:
        layers: Names of all such layers, front to back; `shape` that of this one's output,
            `(height, width, filters)`.
        products: The largest; `count` says how many there are.
        bias, total: Whole numbers; `total` is the sum of all products and the bias.
        scale_in, scale_weight, scale_out: Real numbers that one step stands for.
        zero_in, zero_out: Whole numbers that stand for 0.
        factor: `scale_in * scale_weight / scale_out`; a chip has it as 31 bits and a shift.
        exact: `total * factor`, before it is rounded.
        low, high: Where the answer is cut off.
        answer: The int8 value; `real` is what it stands for.
        real_in_floats: The same value in the network of floats; None: its file has no such value.
    """

    layers: tuple[str, ...]
    shape: tuple[int, int, int]
    products: tuple[Product, ...]
    count: int
    bias: int
    total: int
    scale_in: float
    scale_weight: float
    scale_out: float
    zero_in: int
    zero_out: int
    factor: float
    exact: float
    low: int
    high: int
    answer: int
    real_in_floats: float | None

    @property
    def real(self) -> float:
        """What the answer stands for."""
        return self.scale_out * (self.answer - self.zero_out)

    @property
    def is_cut(self) -> bool:
        """Whether the answer lies outside the range that int8 was given here."""
        return not self.low <= round(self.exact) + self.zero_out <= self.high


def quantized_value(
    run: Run, layer: int, place: tuple[int, int, int], number: int
) -> QuantizedValue:
    """What happens at one place of a layer, for one test picture.

    Args:
        layer: Counted among convolutions and dense layers, from 0.
        place: (row, column, filter); what lies outside is brought to the nearest that exists.
        number: Of the test picture.

    Raises:
        LabError: no int8 version, or the pictures are not here.
    """
    file = int8_file(run)
    network = integer.one_for_one(file)
    steps = [op for op in network.operations if isinstance(op, integer.Convolution)]
    names = [litert_graph.read(file).values[op.output].name for op in steps]
    op = steps[min(layer, len(steps) - 1)]
    pictures = evaluation.data_of(run).x_test
    picture = np.asarray(pictures[number % len(pictures)])
    values = integer.trace(network, network.pixels[picture[None]])
    shape = network.tensors[op.output].spatial
    row, column, filter_ = (min(at, side - 1) for at, side in zip(place, shape, strict=True))
    given, made = network.tensors[op.inputs[0]], network.tensors[op.output]
    seen = _window(
        op, values[op.inputs[0]].reshape(given.spatial), given.zero, row, column, filter_
    )
    weights = op.weights[filter_].ravel().astype(int)
    total = int(seen @ weights) + int(op.bias[filter_])
    factor = float(op.wholes[filter_]) * 2.0 ** (int(op.shifts[filter_]) - 31)
    largest = np.argsort(-np.abs(seen * weights), kind="stable")[:SHOWN]
    return QuantizedValue(
        layers=tuple(map(_layer, names)),
        shape=shape,
        products=tuple(Product(int(seen[i]), int(weights[i])) for i in largest),
        count=len(weights),
        bias=int(op.bias[filter_]),
        total=total,
        scale_in=given.scale,
        scale_weight=factor * made.scale / given.scale,
        scale_out=made.scale,
        zero_in=given.zero,
        zero_out=made.zero,
        factor=factor,
        exact=total * factor,
        low=op.low,
        high=op.high,
        answer=int(values[op.output].reshape(shape)[row, column, filter_]),
        real_in_floats=_in_floats(run, names[steps.index(op)], picture, (row, column, filter_)),
    )


def _window(
    op: integer.Convolution, given: np.ndarray, zero: int, row: int, column: int, filter_: int
) -> np.ndarray:
    """The numbers a filter multiplies at a place, less their zero point; 0 beside the map."""
    height, width, channels = op.weights.shape[1:]
    filters = len(op.weights) // op.groups
    first = filter_ // filters * channels
    seen = np.zeros((height, width, channels), int)
    for y, x in np.ndindex(height, width):
        down = row * op.stride[0] - op.padding[0] + y * op.dilation[0]
        across = column * op.stride[1] - op.padding[1] + x * op.dilation[1]
        if 0 <= down < given.shape[0] and 0 <= across < given.shape[1]:
            seen[y, x] = given[down, across, first : first + channels].astype(int) - zero
    return seen.ravel()


def _layer(name: str) -> str:
    """A layer's own name, from that of a value: LiteRT's has all that was joined."""
    parts = [part.split("/") for part in name.split(";")]
    own = next((p for p in parts if re.match("convolution|depthwise|MatMul", p[-1])), parts[0])
    return re.sub(r"_\d+$", "", own[-2] if len(own) > 1 else own[0])


def _in_floats(
    run: Run, name: str, picture: np.ndarray, place: tuple[int, int, int]
) -> float | None:
    """The value of this name in the network of floats; None where the file has none."""
    interpreter = Interpreter(
        model_content=_float_file(run.path, run.model_file.stat().st_mtime_ns),
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    found = next((one for one in interpreter.get_tensor_details() if one["name"] == name), None)
    if found is None:
        return None
    entry = interpreter.get_input_details()[0]["index"]
    interpreter.set_tensor(entry, picture[None].astype("float32") / 255)
    interpreter.invoke()
    value = interpreter.get_tensor(found["index"])
    return float(value.reshape(*([1] * (4 - value.ndim)), *value.shape)[0][place])


@lru_cache(maxsize=2)
def _float_file(folder: Path, stamp: int) -> bytes:
    return export.converted(evaluation.load_model(Run(folder)), one_by_one=True)


@dataclass(frozen=True)
class Int8Figures:
    """A run in floats and in int8, on the same test pictures.

    Attributes:
        classes: (label, pictures, right in floats, right in int8) each.
        pictures: How many; `alike` of them are named alike.
        lost, gained: Right in floats alone, and in int8 alone.
    """

    classes: tuple[tuple[str, int, int, int], ...]
    pictures: int
    alike: int
    lost: int
    gained: int


def int8_figures(run: Run) -> Int8Figures:
    """Both networks on the first `MOST` test pictures.

    Raises:
        LabError: no int8 version, or the pictures are not here.
    """
    data = evaluation.data_of(run)
    pictures, truth = data.x_test[:MOST], np.asarray(data.y_test[:MOST])
    if not len(pictures):
        raise LabError("There are no test pictures to hold both against: put the dataset in place.")
    floats = evaluation.predict_all(evaluation.load_model(run), pictures).argmax(axis=1)
    ints = prediction.answer_all(int8_file(run), pictures).argmax(axis=1)
    right, kept = floats == truth, ints == truth
    classes = (
        (str(label), int(of.sum()), int(right[of].sum()), int(kept[of].sum()))
        for number, label in enumerate(data.labels)
        if (of := truth == number).any()
    )
    return Int8Figures(
        tuple(classes),
        len(truth),
        int((floats == ints).sum()),
        int((right & ~kept).sum()),
        int((kept & ~right).sum()),
    )
