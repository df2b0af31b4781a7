"""Where a filter's weights are in a Keras model: found, and put back changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import Call, walk
from cnnlab.surgery._cards import FilterWeights

if TYPE_CHECKING:
    import keras

# By kind: the number of the weight that holds the filters, and which part of it is filter f.
Part = Callable[[np.ndarray, int], Any]


def _last(kernel: np.ndarray, number: int) -> Any:
    return (..., number)


def _turned(kernel: np.ndarray, number: int) -> Any:
    return (slice(None), slice(None), number, slice(None))


def _channel(kernel: np.ndarray, number: int) -> Any:
    channel, copy = divmod(number, kernel.shape[3])
    return (slice(None), slice(None), slice(channel, channel + 1), copy)


KINDS: dict[str, tuple[int, Part]] = {
    "Conv2D": (0, _last),
    "Dense": (0, _last),
    "Conv2DTranspose": (0, _turned),
    "DepthwiseConv2D": (0, _channel),
    "SeparableConv2D": (1, _last),  # its pointwise part: each filter mixes the depthwise maps
}
_NORM = ("gamma", "beta", "moving_mean", "moving_variance")


@dataclass(frozen=True)
class Operable:
    """A layer whose filters can be operated on, and the batch normalization directly behind it.

    `count` is how many filters it has.
    """

    name: str
    layer: "keras.Layer"
    count: int
    norm: "keras.Layer | None"

    def read(self, number: int) -> FilterWeights:
        """Filter `number`.

        Raises:
            LabError: it has none of this number.
        """
        if not 0 <= number < self.count:
            raise LabError(f"{self.name} has filters 0 to {self.count - 1}. Received: {number}.")
        at, part = KINDS[type(self.layer).__name__]
        kernel = np.asarray(self.layer.weights[at])
        own = kernel[part(kernel, number)]
        bias = self._bias()
        return FilterWeights(
            kernel=own.reshape(*(1,) * (3 - own.ndim), *own.shape).copy(),
            bias=None if bias is None else float(np.asarray(bias)[number]),
            norm={
                name: float(np.asarray(variable)[number])
                for name, variable in self._norm_weights().items()
            },
        )

    def write(self, number: int, made: FilterWeights) -> None:
        """Put filter `number` into its place."""
        at, part = KINDS[type(self.layer).__name__]
        variable = self.layer.weights[at]
        kernel = np.asarray(variable).copy()
        place = part(kernel, number)
        kernel[place] = made.kernel.reshape(kernel[place].shape)
        variable.assign(kernel)
        bias = self._bias()
        if bias is not None and made.bias is not None:
            _put(bias, number, made.bias)
        for name, one in self._norm_weights().items():
            if name in made.norm:
                _put(one, number, made.norm[name])

    @property
    def variables(self) -> "list[keras.Variable]":
        """All that `write` may change."""
        return [*self.layer.weights, *self._norm_weights().values()]

    def kernels(self, most: int) -> np.ndarray:
        """The first `most` filters, each a mean over what it reads: `(n, height, width)`."""
        return np.stack([self.read(i).kernel.mean(axis=2) for i in range(min(most, self.count))])

    def _bias(self) -> "keras.Variable | None":
        return self.layer.bias if getattr(self.layer, "use_bias", False) else None

    def _norm_weights(self) -> "dict[str, keras.Variable]":
        found = {name: getattr(self.norm, name, None) for name in _NORM} if self.norm else {}
        return {name: variable for name, variable in found.items() if variable is not None}


def _put(variable: "keras.Variable", number: int, value: float) -> None:
    values = np.asarray(variable).copy()
    values[number] = value
    variable.assign(values)


def operables(model: "keras.Model") -> dict[str, Operable]:
    """The layers that can be operated on, front to back, by their name in the graph.

    Raises:
        LabError: the network has none, or no graph that can be walked.
    """
    graph = walk(model)
    found = {
        call.name: Operable(call.name, call.layer, call.channels, _norm_behind(graph, call))
        for call in graph
        if call.kind in KINDS and not call.again
    }
    if not found:
        raise LabError(
            f"{model.name} has neither convolutions nor dense layers: there is no filter to "
            "operate on."
        )
    return found


def operable(model: "keras.Model", places: Mapping[str, Operable], name: str) -> Operable:
    """The one of a model's `places` that is called `name`.

    Raises:
        LabError: there is none, or it has no filters; the message lists those that have.
    """
    if name not in places:
        kinds = {call.name: call.kind for call in walk(model)}
        why = f"is a {kinds[name]} and has no filters of its own" if name in kinds else "is missing"
        raise LabError(
            f"{name!r} {why} in {model.name}; these layers have filters: {', '.join(places)}."
        )
    return places[name]


def _norm_behind(graph: Any, call: Call) -> "keras.Layer | None":
    """The batch normalization that alone reads what the layer makes, before any activation."""
    readers = graph.readers(call.number)
    used_once = sum(other.layer is call.layer for other in graph) == 1
    bare = getattr(call.layer, "activation", None)
    linear = bare is None or getattr(bare, "__name__", "") == "linear"
    if len(readers) != 1 or not used_once or not linear:
        return None
    behind = readers[0]
    once = sum(other.layer is behind.layer for other in graph) == 1
    return behind.layer if behind.kind == "BatchNormalization" and once else None
