"""Why activations: a network without them is one matrix, whatever its depth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import Call
from cnnlab.visualization._calls import ACTIVATIONS, before, run
from cnnlab.visualization._gradients import matrix_of
from cnnlab.visualization._opened import Opened, open_model, open_run
from cnnlab.visualization.learning._precise import copied
from cnnlab.visualization.samples import samples

if TYPE_CHECKING:
    import keras

_MEANS = {
    "MaxPooling2D": "AveragePooling2D",
    "GlobalMaxPooling2D": "GlobalAveragePooling2D",
}
_MOST_PICTURES = 200
_AFFINE = 1e-6  # of the largest score: above it something still bends


@dataclass(frozen=True)
class Collapse:
    """A network without its activations, and the one matrix that does the same.

    Attributes:
        matrix: `(classes, height, width, channels)`, one picture of weights for each class.
        bias: `(classes,)`.
        params: Numbers in the matrix and the bias; `layers` weighted layers were folded into them.
        difference: The largest between the network's scores and the matrix', on `pictures` real
            pictures; `largest` is the largest score there.
        accuracy: Of the network as it is, on the same pictures; `straight_accuracy` without
            activations. Its weights were learned with them, so this is no fair training.
        changed: Names of the layers whose activation was taken out, or whose maximum became a mean.
    """

    matrix: np.ndarray
    bias: np.ndarray
    params: int
    layers: int
    difference: float
    largest: float
    pictures: int
    accuracy: float
    straight_accuracy: float
    changed: tuple[str, ...]


def collapse_run(path: str, dataset: str) -> Collapse:
    """`collapse` of the run in folder `path` on test pictures of `dataset`; in the engine."""
    opened = open_run(path)
    found = samples(dataset, opened.input_shape, _MOST_PICTURES)
    return collapse(opened, found.pictures.astype("float32") / 255, found.classes)


def collapse(opened: Opened, images: np.ndarray, classes: np.ndarray) -> Collapse:
    """Take every activation out, multiply the layers into one matrix, and hold both side by side.

    The maximum of a window is no sum, so it becomes a mean. What remains is affine, y = A x + b:
    the rows of A are the gradients of the scores, the same everywhere, and b the scores of a black
    picture. Everything in float64.

    Args:
        opened: A model laid open.
        images: `(n, height, width, channels)`, floats in 0..1.
        classes: Their class indices `(n,)`.

    Raises:
        LabError: what is left is not affine, such as maps multiplied with one another.
    """
    straight, changed = without_activations(opened)
    laid_open = open_model(straight)
    scores = before(laid_open.calls, laid_open.output)
    matrix, bias = matrix_of(laid_open, scores)
    network = _scores(laid_open, scores, images)
    by_matrix = np.tensordot(np.asarray(images, np.float64), matrix, ([1, 2, 3], [1, 2, 3])) + bias
    difference, largest = np.abs(network - by_matrix).max(), np.abs(network).max()
    if difference > _AFFINE * max(1.0, largest):
        kinds = sorted({call.kind for call in laid_open.calls if not call.weights})
        raise LabError(
            "This network bends its values in other ways than by activations, such as by "
            f"multiplying maps, so no matrix does the same. It has: {', '.join(kinds)}."
        )
    right = opened.probabilities(images).argmax(axis=1) == classes
    return Collapse(
        matrix=matrix.astype(np.float32),
        bias=bias.astype(np.float32),
        params=matrix.size + bias.size,
        layers=sum(bool(call.weights) for call in opened.calls),
        difference=float(difference),
        largest=float(largest),
        pictures=len(images),
        accuracy=float(right.mean()),
        straight_accuracy=float((network.argmax(axis=1) == classes).mean()),
        changed=changed,
    )


def without_activations(opened: Opened) -> tuple["keras.Model", tuple[str, ...]]:
    """A float64 copy whose activations hand their values on; names of what was changed."""
    import keras

    changed: list[str] = []

    def configure(call: Call, config: dict[str, Any]) -> dict[str, Any]:
        if call.kind != "Activation" and config.get("activation", "linear") != "linear":
            changed.append(call.name)
            return config | {"activation": "linear"}
        return config

    def build(call: Call, config: dict[str, Any]) -> "keras.Layer | None":
        if call.kind in _MEANS:
            changed.append(call.name)
            layer: keras.Layer = getattr(keras.layers, _MEANS[call.kind]).from_config(config)
            return layer
        return None

    def skipped(call: Call) -> bool:
        return call.kind in ACTIVATIONS

    changed += [call.name for call in opened.calls if skipped(call)]
    straight = copied(opened, configure, build=build, skipped=skipped)
    return straight, tuple(dict.fromkeys(changed))


def _scores(opened: Opened, number: int, images: np.ndarray) -> np.ndarray:
    parts = [
        np.asarray(run(opened.calls, part.astype(np.float64))[number])
        for part in opened.batches(images)
    ]
    return np.concatenate(parts)
