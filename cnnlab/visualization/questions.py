"""What the engine is asked about the inside of a run's network.

A `folder` is the run's. An `image` is `(height, width, channels)`, floats in 0..1, in the size of
the network's input. What an answer's fields mean, the named class in the room says.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.question import Question

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.visualization.arithmetic.explanation import Explanation
    from cnnlab.visualization.attribution.heat import Looks
    from cnnlab.visualization.attribution.sanity import Check
    from cnnlab.visualization.features.activations import Flow, LayerMaps
    from cnnlab.visualization.features.maximization import Wishes
    from cnnlab.visualization.features.patches import Found
    from cnnlab.visualization.network import LayerLine
    from cnnlab.visualization.samples import Samples


@dataclass(frozen=True)
class TestPictures(Question["Samples"]):
    """The first `count` of a fixed shuffle of a dataset's test part, scaled to `input_shape`."""

    dataset: str
    input_shape: tuple[int, int, int]
    count: int

    def answer(self) -> "Samples":
        """Runs in the engine."""
        from cnnlab.visualization.samples import samples

        return samples(self.dataset, self.input_shape, self.count)


@dataclass(frozen=True)
class Warm(Question[None]):
    """Open a run's network, so that the first view of it finds it warm."""

    folder: Path
    dataset: str

    def answer(self) -> None:
        """Runs in the engine."""
        from cnnlab.visualization.network import warm

        warm(str(self.folder), self.dataset)


@dataclass(frozen=True)
class Layers(Question["tuple[LayerLine, ...]"]):
    """The layers of a run's network, front to back."""

    folder: Path

    def answer(self) -> "tuple[LayerLine, ...]":
        """Runs in the engine."""
        from cnnlab.visualization.network import layers

        return layers(str(self.folder))


@dataclass(frozen=True, eq=False)
class PictureFlow(Question["Flow"]):
    """A picture's way through the network: at most `most` maps of a layer, in this `order`.

    `like` is the picture by whose strengths maps are sorted, if not this one.
    """

    folder: Path
    image: "np.ndarray"
    most: int
    order: str = "channel"
    like: "np.ndarray | None" = None

    def answer(self) -> "Flow":
        """Runs in the engine."""
        from cnnlab.visualization.features.activations import flow

        return flow(str(self.folder), self.image, self.most, self.order, self.like)


@dataclass(frozen=True, eq=False)
class MapsOfLayer(Question["LayerMaps"]):
    """`most` maps of one layer in full size, from the `first` in `order` on; see `PictureFlow`."""

    folder: Path
    image: "np.ndarray"
    layer: str
    first: int
    most: int
    order: str = "channel"
    like: "np.ndarray | None" = None

    def answer(self) -> "LayerMaps":
        """Runs in the engine."""
        from cnnlab.visualization.features.activations import layer_maps

        return layer_maps(
            *(str(self.folder), self.image, self.layer, self.first, self.most),
            *(self.order, self.like),
        )


@dataclass(frozen=True, eq=False)
class Arithmetic(Question["Explanation"]):
    """Every number on the way to one value: `place` is (row, column, channel), or (unit,)."""

    folder: Path
    image: "np.ndarray"
    layer: str
    place: tuple[int, ...]

    def answer(self) -> "Explanation":
        """Runs in the engine."""
        from cnnlab.visualization.arithmetic.explanation import explain_run

        return explain_run(str(self.folder), self.image, self.layer, self.place)


@dataclass(frozen=True, eq=False)
class HeatMaps(Question["Looks"]):
    """Where the network saw a class, by several methods; None: its most probable class.

    `layer` is the one whose maps Grad-CAM weights; None: the last convolution's.
    """

    folder: Path
    image: "np.ndarray"
    methods: tuple[str, ...]
    label: int | None = None
    layer: str | None = None

    def answer(self) -> "Looks":
        """Runs in the engine."""
        from cnnlab.visualization.attribution.heat import look_run

        return look_run(str(self.folder), self.image, self.methods, self.label, self.layer)


@dataclass(frozen=True, eq=False)
class SanityChecks(Question["tuple[Check, ...]"]):
    """The same heat maps while the network forgets what it learned, method by method."""

    folder: Path
    image: "np.ndarray"
    methods: tuple[str, ...]
    label: int
    layer: str | None

    def answer(self) -> "tuple[Check, ...]":
        """Runs in the engine."""
        from cnnlab.visualization.attribution.sanity import check_run

        folder = str(self.folder)
        return tuple(
            check_run(folder, self.image, method, self.label, self.layer) for method in self.methods
        )


@dataclass(frozen=True)
class FilterWishes(Question["Wishes"]):
    """Pictures made for `most` filters of a layer, from the `first` on."""

    folder: Path
    layer: str
    first: int
    most: int

    def answer(self) -> "Wishes":
        """Runs in the engine."""
        from cnnlab.visualization.features.maximization import wishes_run

        return wishes_run(str(self.folder), self.layer, self.first, self.most)


@dataclass(frozen=True)
class FilterPatches(Question["Found"]):
    """The test pictures of `dataset` that excite filter `own` of a layer most."""

    folder: Path
    dataset: str
    layer: str
    own: int

    def answer(self) -> "Found":
        """Runs in the engine."""
        from cnnlab.visualization.features.patches import found_run

        return found_run(str(self.folder), self.dataset, self.layer, self.own)
