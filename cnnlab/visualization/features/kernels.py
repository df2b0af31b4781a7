"""The learned kernels of a run, from the snapshots its training left behind; needs no Keras."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.errors import DAMAGED, LabError, reason
from cnnlab.keras_graph import walk
from cnnlab.runs import Run
from cnnlab.visualization.features.measures import Kernels, Measures, composite, measure

if TYPE_CHECKING:
    import keras

__all__ = [
    "Kernels",
    "Measures",
    "Part",
    "composite",
    "kernels_of",
    "layers",
    "measure",
    "moments",
    "part",
    "read",
    "stamp",
]


A_PAGE = 64  # filters; more would be neither seen nor drawn at once


@dataclass(frozen=True)
class Part:
    """Some of a layer's filters at two moments, through one input channel.

    Attributes:
        new: The layer at the chosen moment; `old` at the first one kept.
        before: `(height, width, n)`, the kernels at the first moment; `after` at the chosen one.
        first: Number of the first filter here.
        scale: The largest weight of the layer at either moment.
        measures: Of all the layer's filters.
    """

    new: Kernels
    old: Kernels
    before: np.ndarray
    after: np.ndarray
    first: int
    scale: float
    measures: Measures

    @property
    def moved(self) -> float:
        """How far training moved the whole layer, as a share of its initial norm."""
        way = np.linalg.norm(self.new.values - self.old.values)
        return float(way / (np.linalg.norm(self.old.values) or 1.0))

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """One row per filter of the whole layer, for reading and sorting."""
        m = self.measures
        return [
            {
                "filter": i,
                "norm": float(m.norm[i]),
                "mean": float(m.mean[i]),
                "spread": float(m.spread[i]),
                "moved": float(m.moved[i]),
                "flag": "dead"
                if i in m.dead
                else f"twin of {m.duplicates[i]}"
                if i in m.duplicates
                else "",
            }
            for i in range(self.new.filters)
        ]


def part(run: Run, layer: str, moment: str, channel: int = 0, page: int = 0) -> Part:
    """One page of a layer's filters, at the first moment kept and at the chosen one.

    Args:
        run: A run with snapshots.
        layer: One of `layers`.
        moment: One of `moments`.
        channel: Which input channel's slice, 0-based.
        page: Which 64 filters, 0-based; out of range takes the nearest.

    Raises:
        LabError: no such layer or moment.
    """
    new, old = read(run, layer, moment), read(run, layer, moments(run)[0])
    if new.values.shape != old.values.shape:
        raise LabError(
            f"The kernels of {layer!r} at {moment!r} are not those that {run.name} began with: "
            "choose another moment or run."
        )
    channel = min(max(channel, 0), new.reads - 1)
    first = min(max(page, 0), (new.filters - 1) // A_PAGE) * A_PAGE
    chosen = np.s_[:, :, channel, first : first + A_PAGE]
    return Part(
        new=new,
        old=old,
        before=old.values[chosen],
        after=new.values[chosen],
        first=first,
        scale=float(max(np.abs(new.values).max(), np.abs(old.values).max())),
        measures=measure(new, old),
    )


def stamp(run: Run, moment: str) -> tuple[str, str, int]:
    """Differs whenever a run's kernels at `moment` or the moments kept may do."""
    changed = run.snapshots_dir.stat().st_mtime_ns if run.snapshots_dir.is_dir() else 0
    return str(run.path), moment, changed


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
    found = _arrays(run, _existing(run)[0])
    if not found:
        raise LabError(f"{run.name} has no convolution layer: there are no kernels to see.")
    return list(found)


def read(run: Run, layer: str, moment: str = "final") -> Kernels:
    """One layer's kernels at one of `moments`.

    Raises:
        LabError: no such layer or moment.
    """
    if moment not in _existing(run):
        raise LabError(f"{run.name} kept no kernels at {moment!r}: choose another moment.")
    found = _arrays(run, moment)
    if layer not in found:
        raise LabError(
            f"{run.name} has no convolution layer {layer!r}; it has: {', '.join(found)}."
        )
    return Kernels(layer, moment, _filters_last(found[layer]))


def _filters_last(values: np.ndarray) -> np.ndarray:
    """A depthwise layer's kernels `(h, w, channels, 1)` as one filter per channel."""
    depthwise = values.shape[3] == 1 and values.shape[2] > 1
    return values.transpose(0, 1, 3, 2) if depthwise else values


def kernels_of(model: "keras.Model") -> dict[str, np.ndarray]:
    """Every convolution's kernels `(height, width, in, filters)` by layer, models inside included.

    A separable layer gives two, "name depthwise" and "name pointwise".
    """
    found: dict[str, np.ndarray] = {}
    for call in walk(model):
        layer = call.layer
        if call.again:
            continue  # the same weights once more
        if call.kind == "SeparableConv2D":
            found[f"{call.name} depthwise"] = _one_channel_each(layer.depthwise_kernel)
            found[f"{call.name} pointwise"] = np.asarray(layer.pointwise_kernel)
        elif call.kind == "DepthwiseConv2D":
            found[call.name] = _one_channel_each(layer.kernel)
        elif call.kind == "Conv2DTranspose":
            found[call.name] = np.asarray(layer.kernel).transpose(0, 1, 3, 2)
        elif call.kind == "Conv2D":
            found[call.name] = np.asarray(layer.kernel)
    return found


def _one_channel_each(kernel: Any) -> np.ndarray:
    """Depthwise kernels `(h, w, channels, multiplier)` as `(h, w, 1, filters)`."""
    values = np.asarray(kernel)
    return values.reshape(*values.shape[:2], 1, -1)


def _existing(run: Run) -> list[str]:
    found = moments(run)
    if not found:
        raise LabError(f"{run.name} has kept no kernels yet: wait for its training to begin.")
    return found


def _arrays(run: Run, moment: str) -> dict[str, np.ndarray]:
    """A snapshot's kernels by layer, read once for each state of its file."""
    name = f"{int(moment):05d}" if moment.isdecimal() else moment
    file = run.snapshots_dir / f"{name}.npz"
    try:
        return _read_file(file, file.stat().st_mtime_ns)
    except DAMAGED as error:
        raise LabError(
            f"The kernels of {run.name} at {moment!r} cannot be read ({reason(error)}): choose "
            "another moment or run."
        ) from error


@lru_cache(maxsize=64)
def _read_file(file: Path, _stamp: int) -> dict[str, np.ndarray]:
    with np.load(file) as opened:
        arrays = {name: opened[name].astype("float32") for name in opened.files}
    for name, values in arrays.items():
        if values.ndim != 4 or not values.size:
            raise ValueError(f"{name} holds {values.shape}, which are no kernels")
        values.flags.writeable = False  # shared by all who look
    return arrays
