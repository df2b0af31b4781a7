"""Which channels of a network belong together: where one goes, all of its unit must go.

A unit is one filter (or hidden neuron) and everything that reads or shifts it: its bias and
batch-norm, the slice of every kernel that reads it, and, where maps are added, the filters at the
same place on the other path. Units are found by walking the graph with a number on every channel.

Shapes: every array here is int `(channels,)`, one number for each channel in its order.

After Fang et al., "DepGraph: Towards Any Structural Pruning", 2023, arXiv:2301.12900.
"""

from dataclasses import dataclass, field

import keras
import numpy as np

from cnnlab.keras_graph import ELEMENTWISE, INPUT, Call, Graph, Tensor, fixed, walk

L = keras.layers
MAKERS = (L.Conv2D, L.Dense, L.SeparableConv2D)
PASSING = (
    *(L.Activation, L.ReLU, L.LeakyReLU, L.ELU, L.Softmax, L.Dropout, L.SpatialDropout2D),
    *(L.MaxPooling2D, L.AveragePooling2D, L.GlobalAveragePooling2D, L.GlobalMaxPooling2D),
    *(L.AdaptiveAveragePooling2D, L.AdaptiveMaxPooling2D, L.Identity, L.ActivityRegularization),
    *(L.ZeroPadding2D, L.Cropping2D, L.UpSampling2D, L.GaussianNoise, L.GaussianDropout),
    L.Rescaling,
)
PER_CHANNEL = (L.BatchNormalization, L.LayerNormalization, L.PReLU)
MEETING_OPERATIONS = {
    *("ops.add", "ops.subtract", "ops.multiply", "ops.divide", "ops.true_divide"),
    *("ops.maximum", "ops.minimum"),
}
MEETING = (L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum)


@dataclass
class DependencyGraph:
    """A network's channels, numbered, and which numbers are one unit.

    Attributes:
        in_channels: By the layer's name in the graph, the unit of each channel that comes in;
            `out_channels` of each that leaves.
        reshaped: The same for layers whose own shape names the number of channels.
        unprunable: Layers whose own channels must stay, each with the reason.
    """

    in_channels: dict[str, np.ndarray] = field(default_factory=dict)
    out_channels: dict[str, np.ndarray] = field(default_factory=dict)
    reshaped: dict[str, np.ndarray] = field(default_factory=dict)
    unprunable: dict[str, str] = field(default_factory=dict)
    _parent: list[int] = field(default_factory=list)
    _fixed: set[int] = field(default_factory=set)

    def new(self, count: int) -> np.ndarray:
        """Numbers for `count` fresh channels."""
        start = len(self._parent)
        self._parent.extend(range(start, start + count))
        return np.arange(start, start + count)

    def root(self, number: int) -> int:
        """The number that stands for a channel's unit."""
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def roots(self, numbers: np.ndarray) -> np.ndarray:
        """`root` of each."""
        return np.array([self.root(int(number)) for number in numbers], int)

    def unite(self, one: np.ndarray, other: np.ndarray) -> None:
        """Channels at the same place of two paths become one unit."""
        for a, b in zip(one, other, strict=True):
            self._parent[self.root(int(a))] = self.root(int(b))

    def fix(self, numbers: np.ndarray) -> None:
        """These channels must stay."""
        self._fixed.update(int(number) for number in numbers)

    @property
    def fixed(self) -> set[int]:
        """Roots of the units that must stay."""
        return {self.root(number) for number in self._fixed}

    def groups(self) -> list[tuple[list[str], np.ndarray]]:
        """Units that may go, by the layers that make them: (layer names, roots)."""
        fixed = self.fixed
        owners: dict[int, list[str]] = {}
        for name, numbers in self.out_channels.items():
            for root in set(self.roots(numbers).tolist()) - fixed:
                owners.setdefault(root, []).append(name)
        groups: dict[tuple[str, ...], list[int]] = {}
        for root, names in owners.items():
            groups.setdefault(tuple(names), []).append(root)
        return [(list(names), np.array(sorted(roots))) for names, roots in groups.items()]


def dependency_graph(model: keras.Model) -> DependencyGraph:
    """Walk a functional or Sequential model, those inside it included, and number its channels."""
    found, graph = DependencyGraph(), walk(model)
    at: dict[Tensor, np.ndarray] = {}
    for index, shape in enumerate(graph.inputs):
        at[Tensor(INPUT, index)] = found.new(_last(shape, graph.name))
        found.fix(at[Tensor(INPUT, index)])
    first_uses: dict[int, str] = {}
    for call in graph:
        in_channels = [at[tensor] for tensor in call.inputs]
        out_channels = (
            _used_again(found, call, first_uses[id(call.layer)], in_channels)
            if call.again
            else (_through(found, call, in_channels, graph))
        )
        first_uses.setdefault(id(call.layer), call.name)
        for tensor, shape in zip(call.outputs, call.shapes, strict=True):
            if out_channels is None or len(call.shapes) > 1:
                at[tensor] = found.new(_last(shape, call.name))
                found.fix(at[tensor])
            else:
                at[tensor] = out_channels
    for tensor in graph.outputs:
        found.fix(at[tensor])
    fixed = found.fixed
    for name, numbers in found.out_channels.items():
        if set(found.roots(numbers).tolist()) <= fixed:
            found.unprunable.setdefault(name, "they leave the network or meet some that must stay")
    return found


def _last(shape: tuple[int | None, ...], name: str) -> int:
    """How many channels a tensor has that `name` makes; a single value has one."""
    return fixed(shape[-1:] or (1,), name)[0]


def _used_again(
    found: DependencyGraph, call: Call, first: str, in_channels: list[np.ndarray]
) -> np.ndarray | None:
    """A layer's second use: what it reads and makes there goes with what it reads and makes first.

    None, and all fixed, where the layer has no weights to thin but knows its channels by number.
    """
    if (
        first not in found.in_channels
        or len(in_channels) != 1
        or len(in_channels[0]) != len(found.in_channels[first])
    ):
        _stay(found, call, in_channels)
        return None
    found.unite(in_channels[0], found.in_channels[first])
    if first in found.out_channels:
        return found.out_channels[first]
    return np.repeat(in_channels[0], getattr(call.layer, "depth_multiplier", 1))


def _through(
    found: DependencyGraph, call: Call, in_channels: list[np.ndarray], graph: Graph
) -> np.ndarray | None:
    """The channels that leave a layer; None, and all that come in fixed, where nobody knows."""
    layer, name = call.layer, call.name
    if isinstance(layer, MAKERS) and _plain(layer):
        found.in_channels[name] = in_channels[0]
        found.out_channels[name] = found.new(call.channels)
        return found.out_channels[name]
    if isinstance(layer, L.DepthwiseConv2D) and layer.data_format == "channels_last":
        found.in_channels[name] = in_channels[0]
        found.unprunable[name] = "it has one kernel for each map that comes in, and follows them"
        return np.repeat(in_channels[0], layer.depth_multiplier)
    if isinstance(layer, PER_CHANNEL) and _last_axis(layer, len(call.shape) + 1):
        found.in_channels[name] = in_channels[0]
        return in_channels[0]
    if (isinstance(layer, PASSING) and _same_for_all(layer)) or _elementwise(call, graph):
        return in_channels[0]
    if isinstance(layer, L.Flatten) and layer.data_format != "channels_first":
        return np.tile(in_channels[0], int(np.prod(graph.fixed_shape(call.inputs[0])[:-1])))
    if isinstance(layer, L.Reshape) and call.shape[-1] == len(in_channels[0]):
        found.reshaped[name] = in_channels[0]
        return in_channels[0]
    meeting = isinstance(layer, MEETING) or call.kind in MEETING_OPERATIONS
    if meeting and _alike([graph.shape(tensor) for tensor in call.inputs]):
        for other in in_channels[1:]:
            found.unite(in_channels[0], other)
        return in_channels[0]
    joins = isinstance(layer, L.Concatenate) or call.kind == "ops.concatenate"
    if joins and layer.axis in (-1, len(call.shape)):
        return np.concatenate(in_channels)
    _stay(found, call, in_channels)
    return None


def _stay(found: DependencyGraph, call: Call, in_channels: list[np.ndarray]) -> None:
    for numbers in in_channels:
        found.fix(numbers)
    if call.weights:
        found.unprunable[call.name] = (
            f"nobody here knows how to thin a layer of kind {type(call.layer).__name__}"
        )


def _plain(layer: keras.Layer) -> bool:
    if getattr(layer, "groups", 1) != 1 or isinstance(layer, L.Conv2DTranspose):
        return False
    if isinstance(layer, L.DepthwiseConv2D):
        return False
    if isinstance(layer, L.SeparableConv2D) and layer.depth_multiplier != 1:
        return False
    return getattr(layer, "data_format", "channels_last") == "channels_last"


def _same_for_all(layer: keras.Layer) -> bool:
    """Whether a layer that hands channels on treats all of them alike."""
    if isinstance(layer, L.Rescaling):
        return np.ndim(layer.scale) == np.ndim(layer.offset) == 0
    return getattr(layer, "data_format", "channels_last") == "channels_last"


def _elementwise(call: Call, graph: Graph) -> bool:
    """Whether an operation without a layer does to each value the same: a cast, a factor."""
    if call.kind not in ELEMENTWISE or len(call.inputs) != 1:
        return False
    constants = [np.asarray(v) for v in (*call.args, *call.kwargs.values()) if _is_array(v)]
    alike = all(array.size == 1 for array in constants)
    return alike and call.shape == graph.shape(call.inputs[0])


def _is_array(value: object) -> bool:
    return isinstance(value, int | float | np.ndarray) or keras.ops.is_tensor(value)


def _alike(shapes: list[tuple[int | None, ...]]) -> bool:
    """Whether tensors have the same number of channels; others may be stretched."""
    return len(shapes) > 1 and len({shape[-1:] for shape in shapes}) == 1


def _last_axis(layer: keras.Layer, rank: int) -> bool:
    if isinstance(layer, L.PReLU):
        return all(side == 1 for side in layer.alpha.shape[:-1])
    axis = layer.axis[0] if isinstance(layer.axis, list | tuple) else layer.axis
    return axis in (-1, rank - 1)
