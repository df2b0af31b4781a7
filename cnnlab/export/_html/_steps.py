"""The steps of a LiteRT file as `network.js` takes them."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.litert_graph import Graph, Step, Value, window

ONE = (
    "LOGISTIC TANH RELU RELU6 RELU_N1_TO_1 LEAKY_RELU HARD_SWISH ELU EXP LOG SQRT RSQRT SQUARE "
    "ABS NEG"
)
PAIRS = "ADD SUB MUL DIV MAXIMUM MINIMUM POW SQUARED_DIFFERENCE"
REDUCTIONS = "MEAN SUM REDUCE_MAX REDUCE_MIN"
_THEN = {0: "", 1: "RELU", 2: "RELU_N1_TO_1", 3: "RELU6"}

Made = dict[str, Any]


class Constants:
    """Numbers that travel with the page, as 32-bit floats in base64."""

    def __init__(self) -> None:
        self.places: list[dict[str, Any]] = []
        self._parts: list[bytes] = []
        self._count = 0

    def add(self, values: np.ndarray) -> int:
        """The number, below zero, by which a step asks for these, of any shape `(...)`."""
        self.places.append({"from": self._count, "shape": list(values.shape)})
        self._parts.append(values.astype("<f4").tobytes())
        self._count += values.size
        return -len(self.places)

    @property
    def text(self) -> str:
        """All of them."""
        return base64.b64encode(b"".join(self._parts)).decode()


def network(graph: Graph) -> Made:
    """Everything the page has to know of a network of floats.

    Raises:
        LabError: a step that the page cannot take; it is named.
    """
    constants = Constants()
    steps = [_step(graph, step, constants) for step in graph.steps]
    return {
        "input": list(graph.values[graph.entry].shape),
        "entry": graph.entry,
        "end": graph.end,
        "steps": steps,
        "maps": _maps(graph),
        "constants": constants.places,
        "weights": constants.text,
    }


def _step(graph: Graph, step: Step, constants: Constants) -> Made:
    values = [graph.values[i] for i in step.inputs if i >= 0]
    maker = _makers().get(step.kind)
    made = maker(step, values) if maker else None
    flowing = [v for v in values if v.data is None]
    if made is None or any(v.kind != "float32" for v in flowing):
        name = graph.values[step.output].name.split(";")[0]
        raise LabError(
            f"The page has no step {step.kind}, which {name!r} needs. Nearest is the same network "
            "with that layer replaced by a convolution or a dense layer; of the shipped ones "
            "compact_mnist and lenet5 fit."
        )
    own = {"in": _inputs(graph, step, made["kind"], constants), "out": step.output}
    then = _THEN[int(step.options.get("fusedActivationFunction", 0))]
    shape = {"shape": list(graph.values[step.output].shape)}
    return made | own | shape | ({"then": then} if then else {})


def _inputs(graph: Graph, step: Step, kind: str, constants: Constants) -> list[int]:
    """What the step reads: numbers of values, and of constants below zero."""
    if kind not in ("conv", "dense", "pair", "concatenate"):
        return [step.inputs[0]]
    read = []
    for place, number in enumerate(i for i in step.inputs if i >= 0):
        value = graph.values[number]
        if value.data is None:
            read.append(number)
            continue
        real = value.real
        if step.kind == "DEPTHWISE_CONV_2D" and place == 1:
            real = real.transpose(3, 1, 2, 0)
        read.append(constants.add(np.ascontiguousarray(real)))
    return read


def _makers() -> dict[str, Callable[[Step, list[Value]], Made | None]]:
    return {
        **dict.fromkeys(ONE.split(), _one),
        **dict.fromkeys(PAIRS.split(), _pair),
        **dict.fromkeys(REDUCTIONS.split(), _reduce),
        **dict.fromkeys(("RESHAPE", "EXPAND_DIMS", "SQUEEZE"), _same),
        **dict.fromkeys(("CONV_2D", "DEPTHWISE_CONV_2D"), _conv),
        **dict.fromkeys(("MAX_POOL_2D", "AVERAGE_POOL_2D"), _pool),
        "FULLY_CONNECTED": lambda step, values: {"kind": "dense"},
        "SOFTMAX": lambda step, values: {"kind": "softmax", "beta": step.options.get("beta", 1)},
        "CONCATENATION": _concatenate,
        "PAD": _pad,
        "TILE": lambda step, values: {"kind": "tile"},
    }


def _one(step: Step, values: list[Value]) -> Made:
    alpha = {"alpha": step.options["alpha"]} if "alpha" in step.options else {}
    return {"kind": "one", "name": step.kind} | alpha


def _pair(step: Step, values: list[Value]) -> Made:
    return {"kind": "pair", "name": step.kind}


def _same(step: Step, values: list[Value]) -> Made:
    return {"kind": "same"}


def _reduce(step: Step, values: list[Value]) -> Made | None:
    axes = values[1].data
    if axes is None:
        return None
    rank = len(values[0].shape)
    found = sorted({int(axis) % rank for axis in np.atleast_1d(axes)})
    return {"kind": "reduce", "name": step.kind, "axes": found}


def _windows(step: Step, picture: Value, kernel: tuple[int, int]) -> Made:
    above = window(step, picture.shape[1], kernel[0], "H")[1]
    left = window(step, picture.shape[2], kernel[1], "W")[1]
    stride = [int(step.options["strideH"]), int(step.options["strideW"])]
    return {"kernel": list(kernel), "stride": stride, "pad": [above, left]}


def _conv(step: Step, values: list[Value]) -> Made:
    picture, weights = values[0], values[1]
    height, width = weights.shape[1:3]
    depthwise = step.kind == "DEPTHWISE_CONV_2D"
    channels = picture.shape[3]
    dilation = [int(step.options.get(f"dilation{side}Factor", 1)) for side in "HW"]
    groups = channels if depthwise else channels // weights.shape[3]
    own = {"kind": "conv", "groups": groups}
    return own | {"dilation": dilation, **_windows(step, picture, (height, width))}


def _pool(step: Step, values: list[Value]) -> Made:
    kernel = int(step.options["filterHeight"]), int(step.options["filterWidth"])
    own = {"kind": "pool", "largest": step.kind == "MAX_POOL_2D"}
    return own | _windows(step, values[0], kernel)


def _concatenate(step: Step, values: list[Value]) -> Made:
    return {"kind": "concatenate", "axis": int(step.options["axis"]) % len(values[0].shape)}


def _pad(step: Step, values: list[Value]) -> Made | None:
    around = values[1].data
    return None if around is None else {"kind": "pad", "before": around[:, 0].tolist()}


def _maps(graph: Graph) -> list[dict[str, Any]]:
    """The convolutions whose maps are shown: the value behind each one's activation."""
    found = []
    steps = graph.steps
    for place, step in enumerate(steps):
        if step.kind not in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            continue
        shown = step.output
        for later in steps[place + 1 : place + 3]:
            if shown in later.inputs and later.kind in (*ONE.split(), "MUL"):
                shown = later.output
        height, width, channels = graph.values[shown].shape[1:]
        if height > 1 and width > 1:
            words = f"{channels} maps of {height}x{width}"
            found.append({"value": shown, "words": words})
    return found
