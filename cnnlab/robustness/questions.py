"""What the engine is asked about a network and spoiled pictures.

A `folder` is the run's. An `image` is `(height, width, channels)`, floats in 0..1, in the size of
the network's input.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.question import LONG, Question

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.robustness.breaking import Broken, ShiftMap
    from cnnlab.robustness.sampled import Robustness


@dataclass(frozen=True, eq=False)
class BrokenPicture(Question["Broken"]):
    """Every transform's curve, and the smallest changes that flip the answer."""

    folder: Path
    image: "np.ndarray"
    seed: int = 0

    def answer(self) -> "Broken":
        """Runs in the engine."""
        from cnnlab.robustness.breaking import break_picture
        from cnnlab.runs import Run

        return break_picture(Run(self.folder), self.image, self.seed)


@dataclass(frozen=True, eq=False)
class MapOfShifts(Question["ShiftMap"]):
    """The answer to a picture at every shift of a grid."""

    folder: Path
    image: "np.ndarray"

    def answer(self) -> "ShiftMap":
        """Runs in the engine."""
        from cnnlab.robustness.breaking import shift_map
        from cnnlab.runs import Run

        return shift_map(Run(self.folder), self.image)


@dataclass(frozen=True)
class SpoiledTestPictures(Question["Robustness"]):
    """Accuracy on `count` test pictures over the strength of the transforms called `names`."""

    lane = LONG
    limit_s = 300.0

    folder: Path
    count: int
    names: tuple[str, ...] = ()
    seed: int = 0

    def answer(self) -> "Robustness":
        """Runs in the engine."""
        from cnnlab.robustness.sampled import robustness
        from cnnlab.runs import Run

        return robustness(Run(self.folder), self.count, self.names, self.seed)
