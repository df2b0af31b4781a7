"""Weights without their network: put into an architecture the lab has.

Both forms are read: the older one, a group for each layer under its name ("fire2/squeeze1x1"
among them), and that of `model.save_weights('name.weights.h5')` in Keras 3.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import keras
import numpy as np

from cnnlab import architectures
from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from cnnlab.importing._loading import opened_hdf5
from cnnlab.keras_graph import layers
from cnnlab.registry import Value

Shape = tuple[int, int, int]


@dataclass
class _Kept:
    """The arrays of one layer in the file."""

    name: str
    arrays: list[np.ndarray]

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        return [array.shape for array in self.arrays]


def load_weights(
    file: Path,
    name: str,
    architecture: str,
    shape: Shape | None,
    classes: int | None,
    knobs: Mapping[str, Value],
) -> keras.Model:
    """The architecture with the weights of a file.

    Args:
        file: An HDF5 file of weights.
        name: The file's, for sentences.
        architecture: A key of `ARCHITECTURES`.
        shape: Of its pictures; None takes the card's.
        classes: How many it tells apart; None takes the card's, or where the file has no layer
            of so many, those of its last one.
        knobs: Some of the architecture's.

    Raises:
        LabError: no such architecture, or the weights are those of another network; the first
            layer that does not fit is named.
    """
    with opened_hdf5(file, name) as content:
        kept = list(_read(content))
    if not kept:
        raise LabError(f"{name} holds no weights: save them with model.save_weights.")
    if classes is None:
        usual = ARCHITECTURES[architecture].classes
        ends = [one.arrays[0].shape[-1] for one in kept]
        classes = usual if usual in ends else int(ends[-1])
    model = architectures.build(architecture, shape, classes, knobs)
    _fill(model, kept, name)
    return model


def _read(content: h5py.File) -> Iterator[_Kept]:
    """The layers with weights, front to back."""
    root = content.get("model_weights", content)
    if "layer_names" in root.attrs:
        for layer in map(_text, root.attrs["layer_names"]):
            names = root[layer].attrs.get("weight_names", [])
            arrays = [np.asarray(root[layer][_text(weight)]) for weight in names]
            if arrays:
                yield _Kept(layer, arrays)
        return
    found: list[tuple[str, h5py.Group]] = []
    content.visititems(
        lambda path, item: found.append((path, item)) if path.endswith("vars") else None
    )
    for path, group in sorted(found, key=_order):
        arrays = [np.asarray(group[key]) for key in sorted(group, key=int)]
        if arrays and "optimizer" not in path:
            yield _Kept(path.removesuffix("/vars").split("/")[-1], arrays)


def _order(found: tuple[str, h5py.Group]) -> int:
    """Keras counts layers of a kind: "conv2d" is the first, "conv2d_10" comes after "conv2d_9"."""
    number = re.search(r"_(\d+)/vars$", found[0])
    return int(number[1]) if number else 0


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _fill(model: keras.Model, kept: list[_Kept], name: str) -> None:
    """Give every layer the first arrays left that fit it, those of its own name before others."""
    left = list(kept)
    for own, layer in layers(model).items():
        if not layer.weights:
            continue
        shapes = [tuple(weight.shape) for weight in layer.weights]
        fitting = [one for one in left if one.shapes == shapes]
        if not fitting:
            wanted = " and ".join("x".join(map(str, shape)) for shape in shapes)
            raise LabError(
                f"{name} holds no weights of {wanted} for layer {own} of {model.name}: choose "
                "the architecture, knobs and dataset that they were trained with."
            )
        chosen = next((one for one in fitting if _plain(one.name) == _plain(own)), fitting[0])
        layer.set_weights(chosen.arrays)
        left.remove(chosen)
    if left:
        raise LabError(
            f"{name} holds weights of {len(left)} layers more than {model.name} has, such as "
            f"{left[0].name}: choose the architecture they were trained with."
        )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
