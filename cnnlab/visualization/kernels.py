"""The learned kernels of a run, from the snapshots its training left behind; needs no Keras."""

from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.runs import Run


@dataclass(frozen=True)
class Kernels:
    """One layer's kernels at one moment: `values` is `(height, width, in, out)`, floats.

    `moment` is "initial", "final" (the best epoch's) or an epoch's number.
    """

    layer: str
    moment: str
    values: np.ndarray

    @property
    def filters(self) -> int:
        """How many filters the layer has."""
        return self.values.shape[3]


def moments(run: Run) -> list[str]:
    """The moments kept, in order: "initial", epoch numbers, "final"."""
    names = {path.stem for path in run.snapshots_dir.glob("*.npz") if path.stem[0] != "."}
    epochs = sorted(name for name in names if name.isdecimal())
    first, last = ({"initial"} & names), ({"final"} & names)
    return [*first, *(str(int(name)) for name in epochs), *last]


def layers(run: Run) -> list[str]:
    """Names of the layers with kernels, front to back.

    Raises:
        LabError: nothing was kept yet, or the network has no convolution.
    """
    with _open(run, _existing(run)[0]) as file:
        if not file.files:
            raise LabError(f"{run.name} has no convolution layer: there are no kernels to see.")
        return list(file.files)


def read(run: Run, layer: str, moment: str = "final") -> Kernels:
    """One layer's kernels at one of `moments`.

    Raises:
        LabError: no such layer or moment.
    """
    if moment not in _existing(run):
        raise LabError(f"{run.name} kept no kernels at {moment!r}: choose another moment.")
    with _open(run, moment) as file:
        if layer not in file.files:
            raise LabError(
                f"{run.name} has no convolution layer {layer!r}; it has: {', '.join(file.files)}."
            )
        return Kernels(layer, moment, file[layer])


def _existing(run: Run) -> list[str]:
    found = moments(run)
    if not found:
        raise LabError(f"{run.name} has kept no kernels yet: wait for its training to begin.")
    return found


def _open(run: Run, moment: str):
    name = f"{int(moment):05d}" if moment.isdecimal() else moment
    try:
        return np.load(run.snapshots_dir / f"{name}.npz")
    except (OSError, ValueError) as error:
        raise LabError(f"A kernel snapshot of {run.name} cannot be read ({error}).") from error
