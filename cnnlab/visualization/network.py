"""The layers of a run's model as the pages list them, and a model made warm before it is asked."""

from dataclasses import dataclass

import numpy as np

from cnnlab import datasets
from cnnlab.visualization import _gradients, samples
from cnnlab.visualization._opened import open_run
from cnnlab.visualization.features import patches


@dataclass(frozen=True)
class LayerInfo:
    """A layer: its name, Keras class, and output shape without the batch."""

    name: str
    kind: str
    shape: tuple[int, ...]

    @property
    def is_map(self) -> bool:
        """Whether it makes maps `(height, width, channels)`."""
        return len(self.shape) == 3

    @property
    def size(self) -> str:
        """The shape in words: "24x24, 32 maps" or "10 values"."""
        if self.is_map:
            return f"{self.shape[0]}x{self.shape[1]}, {self.shape[2]} maps"
        return f"{'x'.join(map(str, self.shape))} values"


def layers(path: str) -> tuple[LayerInfo, ...]:
    """The layers of the run in folder `path`, front to back; runs in the engine."""
    return tuple(LayerInfo(c.name, c.kind, c.fixed_shape) for c in open_run(path).calls)


def warm(path: str, dataset: str) -> None:
    """Open a run's model and do what every view asks first; runs in the engine.

    `dataset` is the one whose test pictures will be shown, if it is on this machine.
    """
    opened = open_run(path)
    blank = np.zeros(opened.input_shape, np.float32)
    opened.activations(blank)
    opened.probabilities(blank[None])
    if dataset in datasets.DATASETS and datasets.available(dataset).ready:
        samples.samples(dataset, opened.input_shape)
        patches.top_patches_run(path, dataset, opened.calls[0].name, 0)
    _gradients.of_score(opened, blank[None], 0)
