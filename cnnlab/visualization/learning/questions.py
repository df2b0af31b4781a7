"""What the engine is asked about how a run's network learns; an `image` as in the room's others."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.question import LONG, Question

if TYPE_CHECKING:
    import numpy as np

    from cnnlab.visualization.learning.backward import WeightGradient
    from cnnlab.visualization.learning.check import Checked
    from cnnlab.visualization.learning.collapse import Collapse


@dataclass(frozen=True)
class WithoutActivations(Question["Collapse"]):
    """The network without its activations, and the one matrix that does the same."""

    lane = LONG

    folder: Path
    dataset: str

    def answer(self) -> "Collapse":
        """Runs in the engine."""
        from cnnlab.visualization.learning.collapse import collapse_run

        return collapse_run(str(self.folder), self.dataset)


@dataclass(frozen=True, eq=False)
class OneWeight(Question["WeightGradient"]):
    """Backpropagation of one weight, by hand; `at` is its place in the kernel, -1 the largest."""

    folder: Path
    image: "np.ndarray"
    label: int
    layer: str
    at: int

    def answer(self) -> "WeightGradient":
        """Runs in the engine."""
        from cnnlab.visualization.learning.backward import backward_run

        return backward_run(str(self.folder), self.image, self.label, self.layer, self.at)


@dataclass(frozen=True, eq=False)
class GradientCheck(Question["tuple[Checked, ...]"]):
    """Some gradients beside slopes by differences."""

    lane = LONG

    folder: Path
    image: "np.ndarray"
    label: int

    def answer(self) -> "tuple[Checked, ...]":
        """Runs in the engine."""
        from cnnlab.visualization.learning.check import check_run

        return check_run(str(self.folder), self.image, self.label)
