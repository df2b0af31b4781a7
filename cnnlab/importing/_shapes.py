"""Pictures as a network wants them, made from pictures `(height, width, channels)`."""

import math
from dataclasses import dataclass

import keras

from cnnlab.errors import LabError

SIDES = (4, 1024)
USUAL = {1: 28, 3: 32}  # side of a picture where the network takes any, by its channels
Shape = tuple[int, int, int]
WAY_OUT = "give it one Input such as (28, 28, 1) and one output with a value per class."


@dataclass(frozen=True)
class Fit:
    """How pictures of `picture` become the network's own input of shape `own`.

    `order` names the axes to swap and `note` says what is done; both may be empty.
    """

    picture: Shape
    own: tuple[int, ...]
    order: tuple[int, ...] = ()
    note: str = ""

    def layers(self) -> list[keras.Layer]:
        """What is put before the network."""
        if self.order:
            return [keras.layers.Permute(self.order, name="channels_first")]
        if self.picture != self.own:
            return [keras.layers.Reshape(self.own, name="shape_of_its_input")]
        return []


def check_ends(model: keras.Model, name: str) -> None:
    """Refuse a network that has not one input and one row of values as its output.

    Raises:
        LabError: it has not.
    """
    inputs, outputs = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    if not inputs or not outputs:
        raise LabError(
            f"{name} has no Input of known size, or a call of its own, so its layers cannot be "
            "read: build it with Keras' Sequential or functional API and save it again."
        )
    if len(inputs) != 1 or len(outputs) != 1:
        raise LabError(
            f"{name} has {_counted(inputs, 'input')} and {_counted(outputs, 'output')}: {WAY_OUT}"
        )
    made = tuple(outputs[0].shape[1:])
    if None in made or not made or sum(side > 1 for side in made) > 1:
        raise LabError(
            f"{name} gives {made}, not one value for each of two or more classes: {WAY_OUT}"
        )


def _counted(tensors: list[object], word: str) -> str:
    return f"{len(tensors)} {word}{'s' if len(tensors) > 1 else ''}"


def fit(given: tuple[int | None, ...], name: str, known: Shape | None, side: int = 0) -> Fit:
    """How pictures are brought into the shape of a network's input.

    Args:
        given: The input's shape without the batch; None for a free side.
        name: The file's.
        known: The shape of the pictures it was trained on, if the reader named them.
        side: Height and width for a network that takes any; 0: the dataset's own, else 28 or 32.

    Raises:
        LabError: it does not read pictures of 1 or 3 channels.
    """
    if len(given) == 1 and given[0]:
        return _flat(given[0], name, known)
    if len(given) == 2 and given[0] and given[1]:
        rows, columns = given[0], given[1]
        note = "Its input has no channels: one is taken off."
        return _checked(Fit((rows, columns, 1), (rows, columns), note=note), name)
    if len(given) == 3 and given[2] in (1, 3):
        height, width, note = _sized(given[0], given[1], given[2], known, side)
        shape = (height, width, given[2])
        return _checked(Fit(shape, shape, note=note), name)
    if len(given) == 3 and given[0] in (1, 3):
        channels = given[0]
        height, width, note = _sized(given[1], given[2], channels, known, side)
        words = "Its input has the channels first: they are moved there." + note
        shape = (height, width, channels)
        return _checked(Fit(shape, (channels, height, width), (3, 1, 2), words), name)
    raise _no_pictures(given, name)


def _sized(
    height: int | None, width: int | None, channels: int, known: Shape | None, side: int
) -> tuple[int, int, str]:
    if height and width:
        return height, width, ""
    usual = (side, side) if side else known[:2] if known else (USUAL[channels],) * 2
    height, width = height or usual[0], width or usual[1]
    return height, width, f" It takes pictures of any size; here they are {height}x{width}."


def _flat(count: int, name: str, known: Shape | None) -> Fit:
    """A row of values: a square picture, row by row, unless the dataset says otherwise."""
    note = "Its input is a row of values: pictures are laid out row by row."
    shapes = [known] if known else []
    shapes += [(math.isqrt(count // c),) * 2 + (c,) for c in (1, 3) if count % c == 0]
    for shape in shapes:
        if math.prod(shape) == count:
            return _checked(Fit(shape, (count,), note=note), name)
    raise _no_pictures((count,), name)


def _checked(fit: Fit, name: str) -> Fit:
    low, high = SIDES
    if not all(low <= side <= high for side in fit.picture[:2]) or fit.picture[2] not in (1, 3):
        raise _no_pictures(fit.own, name)
    return fit


def _no_pictures(given: tuple[int | None, ...], name: str) -> LabError:
    low, high = SIDES
    return LabError(
        f"{name} reads {given}, not pictures of a fixed height and width from {low} to {high} "
        f"with 1 or 3 channels: {WAY_OUT}"
    )
