"""Feature maps: what every layer makes of one picture."""

from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT
from cnnlab.visualization._opened import Opened, open_run

ORDERS = ("channel", "strength")
MOST_SIDE = 64  # a larger map is thinned out in the overview
TWIN_CORRELATION = 0.99


@dataclass(frozen=True)
class LayerMaps:
    """Some of a layer's maps for one picture.

    Attributes:
        reads: Names of the layers it reads; "" stands for the picture.
        shape: The whole output's, `(height, width, channels)` or `(units,)`.
        channels: Numbers of the maps that are here.
        maps: `(height, width, len(channels))`, floats; `(len(channels),)` for a vector.
        low: The smallest value of the whole output; `high`, the largest.
        silent: How many of all its channels are 0 everywhere on this picture.
        twins: Channel -> an earlier one with the same map (correlation at least 0.99), among
            `channels`.
    """

    name: str
    kind: str
    reads: tuple[str, ...]
    shape: tuple[int, ...]
    channels: tuple[int, ...]
    maps: np.ndarray
    low: float
    high: float
    silent: int
    duplicates: dict[int, int]


@dataclass(frozen=True)
class Flow:
    """A picture's way through the network: its layers in order, and the class probabilities."""

    layers: tuple[LayerMaps, ...]
    probabilities: np.ndarray


@dataclass(frozen=True)
class Views:
    """Everything one page shows of one picture, or of two side by side.

    Attributes:
        flows: By picture, its way through the network; empty where one layer is looked at.
        layers: By picture, a part of that layer's maps.
        enlarged: By picture, the one map that stands open; empty where none does.
    """

    flows: tuple[Flow, ...]
    layers: tuple[LayerMaps, ...]
    enlarged: tuple[LayerMaps, ...]


def flow(
    path: str,
    image: np.ndarray,
    most: int = 12,
    order: str = "channel",
    like: np.ndarray | None = None,
) -> Flow:
    """`all_maps` of an image `(height, width, channels)` by the run in `path`; in the engine."""
    return all_maps(open_run(path), image, most, order, like)


def layer_maps(
    path: str,
    image: np.ndarray,
    layer: str,
    first: int,
    most: int,
    order: str = "channel",
    like: np.ndarray | None = None,
) -> LayerMaps:
    """One layer's maps in full size, from the `first` in `order` on; runs in the engine.

    Args:
        path: A run's folder.
        image: `(height, width, channels)`, floats in 0..1; `like`, if there is one, decides
            the order in its place.
        layer: A layer's name.
        first: How many maps to pass over.
        most: How many to give.
        order: As of `all_maps`.
        like: `(height, width, channels)`.

    Raises:
        LabError: no such layer, or a picture of another shape.
    """
    opened = open_run(path)
    number = opened.index(layer)
    array = opened.activations(image)[number]
    ranked = _ranked(array if like is None else opened.activations(like)[number], order)
    return _maps(opened, number, array, ranked[first : first + most])


def all_maps(
    opened: Opened, image: np.ndarray, most: int, order: str, like: np.ndarray | None = None
) -> Flow:
    """Every layer's first `most` maps, large ones thinned out to 64 pixels.

    Args:
        opened: A model laid open.
        image: `(height, width, channels)`, floats in 0..1.
        most: At most so many maps of a layer; all values of a vector.
        order: "channel", or "strength": largest mean absolute value first.
        like: The picture by whose strengths to sort, if not this one: two pictures then show
            the same maps side by side.

    Raises:
        LabError: a picture of another shape, or another order.
    """
    made = opened.activations(image)
    other = made if like is None else opened.activations(like)
    layers = []
    for number, array in enumerate(made):
        count = most if array.ndim == 3 else array.size
        layers.append(
            _maps(opened, number, array, _ranked(other[number], order)[:count], MOST_SIDE)
        )
    return Flow(tuple(layers), made[opened.output].reshape(-1))


def _ranked(array: np.ndarray, order: str) -> np.ndarray:
    """The channels of a layer's output in the order asked for; a vector keeps its own."""
    if order not in ORDERS:
        raise LabError(f"Maps are sorted by {' or '.join(ORDERS)}. Received: {order!r}.")
    if array.ndim != 3:
        return np.arange(array.size)
    if order == "channel":
        return np.arange(array.shape[2])
    return np.argsort(-np.abs(array).mean(axis=(0, 1)), kind="stable")


def _maps(
    opened: Opened, number: int, array: np.ndarray, channels: np.ndarray, side: int | None = None
) -> LayerMaps:
    call = opened.calls[number]
    array = array if array.ndim in (1, 3) else array.reshape(-1)
    flat = array.reshape(-1, array.shape[-1])  # (places, channels)
    shown = array[..., channels]
    if side and array.ndim == 3:
        shown = shown[:: -(-array.shape[0] // side), :: -(-array.shape[1] // side)]
    return LayerMaps(
        name=call.name,
        kind=call.kind,
        reads=tuple("" if read == INPUT else opened.calls[read].name for read in call.reads),
        shape=array.shape,
        channels=tuple(channels.tolist()),
        maps=shown,
        low=float(array.min()),
        high=float(array.max()),
        silent=int((~flat.any(axis=0)).sum()) if array.ndim == 3 else 0,
        duplicates=_duplicates(flat[:, channels], channels) if array.ndim == 3 else {},
    )


def _duplicates(flat: np.ndarray, channels: np.ndarray) -> dict[int, int]:
    """Maps that look the same: brightness and contrast aside. Constant maps have no twin."""
    if len(flat) < 4:
        return {}
    centered = flat - flat.mean(axis=0)
    length = np.linalg.norm(centered, axis=0)
    centered = centered / np.where(length, length, 1.0)
    alike = np.triu(centered.T @ centered >= TWIN_CORRELATION, k=1)
    return {
        int(channels[j]): int(channels[alike[:, j].argmax()])
        for j in np.flatnonzero(alike.any(axis=0))
    }
