"""A model that tells classes apart becomes one that fits the lab: 0..1 in, probabilities out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import keras
import numpy as np

from cnnlab.errors import LabError
from cnnlab.importing._loading import BROKEN

SIDES = (4, 1024)


@dataclass
class Model:
    """A model that fits the lab: floats 0..1 in, probabilities out; `notes` say what was added."""

    model: keras.Model
    notes: list[str] = field(default_factory=list)


def fit(model: keras.Model, name: str) -> Model:
    """The model as the lab needs it, with what was added to it said in `notes`.

    Raises:
        LabError: it does not map one picture of a fixed size to at least two classes.
    """
    _check_shapes(model, name)
    fitted = Model(model)
    if _expects_bytes(model):
        picture = keras.Input(model.inputs[0].shape[1:], name="picture_0_to_1")
        scaled = keras.layers.Rescaling(255.0, name="to_0_255")(picture)
        fitted.model = keras.Model(picture, model(scaled), name=model.name)
        fitted.notes.append(
            "It scales pictures from 0..255 itself, so a layer that multiplies by 255 was put "
            "before it."
        )
    if not _gives_probabilities(fitted.model, name):
        scores = fitted.model.outputs[0]
        chances = keras.layers.Softmax(name="softmax_added")(scores)
        fitted.model = keras.Model(fitted.model.inputs, chances, name=model.name)
        fitted.notes.append(
            "Its last layer gives scores that do not add up to 1, so a softmax was put behind it."
        )
    return fitted


def _check_shapes(model: keras.Model, name: str) -> None:
    inputs, outputs = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    way_out = "give it one Input such as (28, 28, 1) and one output with a value per class."
    if len(inputs) != 1 or len(outputs) != 1:
        raise LabError(
            f"{name} has {len(inputs)} inputs and {len(outputs)} outputs of known size: {way_out}"
        )
    given, made = tuple(inputs[0].shape[1:]), tuple(outputs[0].shape[1:])
    low, high = SIDES
    picture = len(given) == 3 and None not in given and given[2] in (1, 3)
    if not picture or not all(low <= side <= high for side in given[:2]):
        raise LabError(
            f"{name} reads {given}, not pictures of a fixed height and width from {low} to {high} "
            f"with 1 or 3 channels: {way_out}"
        )
    if len(made) != 1 or made[0] is None or made[0] < 2:
        raise LabError(
            f"{name} gives {made}, not one value for each of two or more classes: {way_out}"
        )


def _expects_bytes(model: keras.Model) -> bool:
    """Whether its first working layer divides by about 255."""
    for layer in _leaves(model):
        if isinstance(layer, keras.layers.Rescaling):
            return float(np.max(layer.scale)) < 0.02
        if layer.weights:
            return False
    return False


def _leaves(model: keras.Model) -> Iterator[keras.Layer]:
    """The layers, front to back, those of models inside models among them."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _leaves(layer)
        else:
            yield layer


def _gives_probabilities(model: keras.Model, name: str) -> bool:
    """Asks it about eight random pictures; they must at least be answered by finite numbers."""
    pictures = np.random.default_rng(0).random((8, *model.inputs[0].shape[1:]), np.float32)
    try:
        answers = np.asarray(model.predict_on_batch(pictures))
    except BROKEN as error:
        reason = str(error).strip().splitlines()[0][:160]
        raise LabError(f"{name} cannot be run here ({reason}).") from error
    if not np.isfinite(answers).all():
        raise LabError(f"{name} answers with no numbers (its training diverged): train it anew.")
    return bool((answers >= -1e-6).all() and np.allclose(answers.sum(axis=1), 1.0, atol=1e-3))
