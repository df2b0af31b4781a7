"""What the engine is asked about the inside of a run's network.

A `folder` is the run's. An `image` is `(height, width, channels)`, floats in 0..1, in the size of
the network's input. What an answer's fields mean, the named class in the room says.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.errors import LabError
from cnnlab.question import Question

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.visualization.arithmetic.explanation import Explanation
    from cnnlab.visualization.attribution.heat import Attributions
    from cnnlab.visualization.attribution.sanity import SanityCheck
    from cnnlab.visualization.features.activations import Views
    from cnnlab.visualization.features.maximization import MaximizedFilters
    from cnnlab.visualization.features.nearest import Neighbors
    from cnnlab.visualization.features.patches import TopPatches
    from cnnlab.visualization.features.replay import Reel, Wanted
    from cnnlab.visualization.network import LayerInfo
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
class ExamplePictures(Question["Samples"]):
    """The twenty validation pictures that a training on this dataset in this size shows."""

    dataset: str
    input_shape: tuple[int, int, int]

    def answer(self) -> "Samples":
        """Runs in the engine."""
        from cnnlab.visualization.samples import examples

        return examples(self.dataset, self.input_shape)


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
class Layers(Question["tuple[LayerInfo, ...]"]):
    """The layers of a run's network, front to back."""

    folder: Path

    def answer(self) -> "tuple[LayerInfo, ...]":
        """Runs in the engine."""
        from cnnlab.visualization.network import layers

        return layers(str(self.folder))


@dataclass(frozen=True, eq=False)
class FeatureMaps(Question["Views"]):
    """What the layers make of one or two pictures.

    Attributes:
        layer: Show `most` of this layer's maps in full size, from the `first` on; None: show
            the way through all layers, `most` maps of each.
        order: "channel", or "strength": those strongest on the first picture first.
        opened: A map that is also wanted large: (layer, channel).
    """

    folder: Path
    images: "tuple[np.ndarray, ...]"
    layer: str | None
    first: int
    most: int
    order: str = "channel"
    opened: tuple[str, int] | None = None

    def answer(self) -> "Views":
        """Runs in the engine."""
        from cnnlab.visualization.features.activations import Views, flow, layer_maps

        folder, like = str(self.folder), self.images[0]
        flows = () if self.layer else self.images
        layer, parted = (self.layer, self.images) if self.layer else ("", ())
        opened, enlarged = (self.opened, self.images) if self.opened else (("", 0), ())
        return Views(
            flows=tuple(flow(folder, image, self.most, self.order, like) for image in flows),
            layers=tuple(
                layer_maps(folder, image, layer, self.first, self.most, self.order, like)
                for image in parted
            ),
            enlarged=tuple(layer_maps(folder, image, *opened, 1) for image in enlarged),
        )


@dataclass(frozen=True, eq=False)
class Replay(Question["tuple[Reel, ...]"]):
    """A picture through one or two runs as they were at every moment that was kept."""

    folders: tuple[Path, ...]
    image: "np.ndarray"
    wanted: "tuple[Wanted, ...]"

    def answer(self) -> "tuple[Reel, ...]":
        """Runs in the engine."""
        from cnnlab.visualization.features.replay import replay

        each = zip(self.folders, self.wanted, strict=True)
        return tuple(replay(folder, self.image, wanted) for folder, wanted in each)


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
class HeatMaps(Question["Attributions"]):
    """Where the network saw a class, by several methods; None: its most probable class.

    `layer` is the one whose maps Grad-CAM weights; the last convolution's where it is None or
    names none that has maps.
    """

    folder: Path
    image: "np.ndarray"
    methods: tuple[str, ...]
    label: int | None = None
    layer: str | None = None

    def answer(self) -> "Attributions":
        """Runs in the engine."""
        from cnnlab.visualization._opened import open_run
        from cnnlab.visualization.attribution.heat import attribute, layers_with_maps

        network = open_run(self.folder)
        layer = self.layer if self.layer in layers_with_maps(network) else None
        return attribute(network, self.image, self.methods, self.label, layer)


@dataclass(frozen=True, eq=False)
class HeatMapsOfTwo(Question["tuple[Attributions, Attributions | LabError]"]):
    """Two networks' heat maps of one picture, the second's for the class of the same name.

    Where the second has no such class its most probable one is asked for; where it refuses, its
    reason stands in the place of its maps.
    """

    limit_s = 120.0

    first: HeatMaps
    labels: tuple[str, ...]
    other: Path
    other_labels: tuple[str, ...]

    def answer(self) -> "tuple[Attributions, Attributions | LabError]":
        """Runs in the engine."""
        made = self.first.answer()
        asked = self.labels[made.label]
        label = self.other_labels.index(asked) if asked in self.other_labels else None
        beside = HeatMaps(self.other, self.first.image, self.first.methods, label)
        try:
            return made, beside.answer()
        except LabError as error:
            return made, error


@dataclass(frozen=True, eq=False)
class SanityChecks(Question["tuple[SanityCheck, ...]"]):
    """The same heat maps while the network forgets what it learned, method by method."""

    folder: Path
    image: "np.ndarray"
    methods: tuple[str, ...]
    label: int
    layer: str | None

    def answer(self) -> "tuple[SanityCheck, ...]":
        """Runs in the engine."""
        from cnnlab.visualization.attribution.sanity import sanity_check_run

        folder = str(self.folder)
        return tuple(
            sanity_check_run(folder, self.image, method, self.label, self.layer)
            for method in self.methods
        )


@dataclass(frozen=True)
class FilterStudy(Question["tuple[MaximizedFilters, TopPatches | LabError]"]):
    """What filters of a layer want, and what one of them finds in real pictures.

    Attributes:
        first: The first of `most` filters for which pictures are made.
        own: The filter that the test pictures of `dataset` are searched for.

    Returns:
        The pictures made, and those found, or why none could be.
    """

    folder: Path
    layer: str
    first: int
    most: int
    own: int
    dataset: str

    def answer(self) -> "tuple[MaximizedFilters, TopPatches | LabError]":
        """Runs in the engine."""
        from cnnlab.visualization.features.maximization import maximize_run
        from cnnlab.visualization.features.patches import top_patches_run

        folder = str(self.folder)
        maximized = maximize_run(folder, self.layer, self.first, self.most)
        try:
            return maximized, top_patches_run(folder, self.dataset, self.layer, self.own)
        except LabError as error:
            return maximized, error


@dataclass(frozen=True, eq=False)
class NearestPictures(Question["Neighbors"]):
    """Training pictures of `dataset` that are most like `image`, to the network and by pixels."""

    folder: Path
    image: "np.ndarray"
    dataset: str

    def answer(self) -> "Neighbors":
        """Runs in the engine."""
        from cnnlab.visualization.features.nearest import nearest_run

        return nearest_run(str(self.folder), self.image, self.dataset)
