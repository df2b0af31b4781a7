"""Which channels of a network belong together: where one goes, all of its unit must go.

A unit is one filter (or hidden neuron) and everything that reads or shifts it: its bias and
batch-norm, the slice of every kernel that reads it, and, where maps are added, the filters at the
same place on the other path. Units are found by walking the graph with a number on every channel.

After Fang et al., "DepGraph: Towards Any Structural Pruning", 2023, arXiv:2301.12900.
"""

from dataclasses import dataclass, field

import keras
import numpy as np

L = keras.layers
MAKERS = (L.Conv2D, L.Dense, L.SeparableConv2D)
PASSING = (
    *(L.Activation, L.ReLU, L.LeakyReLU, L.ELU, L.Softmax, L.Dropout, L.SpatialDropout2D),
    *(L.MaxPooling2D, L.AveragePooling2D, L.GlobalAveragePooling2D, L.GlobalMaxPooling2D),
    *(
        L.ZeroPadding2D,
        L.Cropping2D,
        L.UpSampling2D,
        L.GaussianNoise,
        L.GaussianDropout,
        L.Rescaling,
    ),
)
PER_CHANNEL = (L.BatchNormalization, L.LayerNormalization, L.PReLU)
MEETING = (L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum)


@dataclass
class Channels:
    """A network's channels, numbered, and which numbers are one unit.

    Attributes:
        given: By layer, the unit of each channel that comes in; `made` of each that leaves.
        reshaped: The same for layers whose own shape names the number of channels.
        stuck: Layers whose own channels must stay, each with the reason.
    """

    given: dict[str, np.ndarray] = field(default_factory=dict)
    made: dict[str, np.ndarray] = field(default_factory=dict)
    reshaped: dict[str, np.ndarray] = field(default_factory=dict)
    stuck: dict[str, str] = field(default_factory=dict)
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
        fixed, owners = self.fixed, {}
        for name, numbers in self.made.items():
            for root in set(self.roots(numbers).tolist()) - fixed:
                owners.setdefault(root, []).append(name)
        groups: dict[tuple[str, ...], list[int]] = {}
        for root, names in owners.items():
            groups.setdefault(tuple(names), []).append(root)
        return [(list(names), np.array(sorted(roots))) for names, roots in groups.items()]


def channels_of(model: keras.Model) -> Channels:
    """Walk a functional or Sequential model and number its channels."""
    found = Channels()
    at: dict[int, np.ndarray] = {}
    for tensor in model.inputs:
        at[id(tensor)] = found.new(tensor.shape[-1])
        found.fix(at[id(tensor)])
    for layer in model.layers:
        if isinstance(layer, L.InputLayer):
            continue
        given = [at[id(x)] for x in keras.tree.flatten(layer.input)]
        outputs = keras.tree.flatten(layer.output)
        made = _through(found, layer, given)
        for tensor in outputs:
            if made is None or len(outputs) > 1:
                at[id(tensor)] = found.new(tensor.shape[-1])
                found.fix(at[id(tensor)])
            else:
                at[id(tensor)] = made
    for tensor in model.outputs:
        found.fix(at[id(tensor)])
    fixed = found.fixed
    for name, numbers in found.made.items():
        if set(found.roots(numbers).tolist()) <= fixed:
            found.stuck.setdefault(name, "they leave the network or meet some that must stay")
    return found


def _through(found: Channels, layer: keras.Layer, given: list[np.ndarray]) -> np.ndarray | None:
    """The channels that leave a layer; None, and all that come in fixed, where nobody knows."""
    if isinstance(layer, MAKERS) and _plain(layer):
        found.given[layer.name] = given[0]
        found.made[layer.name] = found.new(layer.output.shape[-1])
        return found.made[layer.name]
    if isinstance(layer, L.DepthwiseConv2D) and layer.data_format == "channels_last":
        found.given[layer.name] = given[0]
        found.stuck[layer.name] = "it has one kernel for each map that comes in, and follows them"
        return np.repeat(given[0], layer.depth_multiplier)
    if isinstance(layer, PER_CHANNEL) and _last_axis(layer):
        found.given[layer.name] = given[0]
        return given[0]
    if isinstance(layer, PASSING) or (not layer.weights and layer.output is layer.input):
        return given[0]
    if isinstance(layer, L.Flatten):
        return np.tile(given[0], int(np.prod(layer.input.shape[1:-1])))
    if isinstance(layer, L.Reshape) and layer.output.shape[-1] == len(given[0]):
        found.reshaped[layer.name] = given[0]
        return given[0]
    if isinstance(layer, MEETING) and len({len(numbers) for numbers in given}) == 1:
        for other in given[1:]:
            found.unite(given[0], other)
        return given[0]
    if isinstance(layer, L.Concatenate) and layer.axis in (-1, len(layer.output.shape) - 1):
        return np.concatenate(given)
    for numbers in given:
        found.fix(numbers)
    if layer.weights:
        found.stuck[layer.name] = (
            f"nobody here knows how to thin a layer of kind {type(layer).__name__}"
        )
    return None


def _plain(layer: keras.Layer) -> bool:
    if getattr(layer, "groups", 1) != 1 or isinstance(layer, L.Conv2DTranspose):
        return False
    if isinstance(layer, L.DepthwiseConv2D):
        return False
    if isinstance(layer, L.SeparableConv2D) and layer.depth_multiplier != 1:
        return False
    return getattr(layer, "data_format", "channels_last") == "channels_last"


def _last_axis(layer: keras.Layer) -> bool:
    if isinstance(layer, L.PReLU):
        return all(side == 1 for side in layer.alpha.shape[:-1])
    axis = layer.axis[0] if isinstance(layer.axis, list | tuple) else layer.axis
    return axis in (-1, len(layer.output.shape) - 1)
