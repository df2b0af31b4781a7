"""Any picture -> what one network sees, by the preparation its run names.

"digit" finds the ink and frames it as MNIST did; "picture" scales the whole picture.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, TypedDict, cast, get_args

import numpy as np
from PIL import Image

from cnnlab.errors import LabError
from cnnlab.images.digit import is_framed, prepare_digit
from cnnlab.images.drawing import drawn_ink, is_bare
from cnnlab.images.paper import Ink, find_ink
from cnnlab.images.prepared import Fact, Prepared, Step

ALIKE = 0.12  # of all its ink: what the edges of a digit may differ by
DRAWN = 256 * 256  # pixels; photos are larger, and would be kept at the cost of memory
Fit = Literal["crop", "pad"]
Tone = Literal["auto", "dark", "light"]


class PrepareOptions(TypedDict, total=False):
    """What a reader may decide about `prepare`."""

    how: Fit
    ink: Tone


def read_options(given: Mapping[str, str]) -> PrepareOptions:
    """What a request or a command line asks of `prepare`, checked.

    Raises:
        LabError: an unknown option, or a value that is none of an option's.
    """
    legal = {"how": get_args(Fit), "ink": get_args(Tone)}
    for name, value in given.items():
        if name not in legal:
            raise LabError(f"There is no option {name!r}; there are: {', '.join(legal)}.")
        if value not in legal[name]:
            words = ", ".join(legal[name])
            raise LabError(f"The option {name} is one of: {words}. Received: {value!r}.")
    return cast("PrepareOptions", dict(given))


def prepare(
    picture: np.ndarray,
    input_shape: tuple[int, int, int],
    preparation: str,
    how: Fit = "crop",
    ink: Tone = "auto",
) -> Prepared:
    """A picture as one network sees it, with the steps on the way.

    Args:
        picture: uint8, `(h, w)` grey or `(h, w, 3)` color.
        input_shape: The network's `(height, width, channels)`.
        preparation: The run's own: "digit" or "picture".
        how: For "picture": "crop" cuts to the network's proportions, "pad" adds to them.
        ink: For "digit": whether the ink is "dark" or "light"; "auto" looks.

    Raises:
        LabError: an unknown preparation or option, or an array that is no picture.
    """
    height, width, channels = map(int, input_shape)
    if preparation == "digit":
        return _digit(_checked(picture), (height, width, channels), ink)
    if preparation == "picture":
        return _scaled(_checked(picture), (height, width, channels), how)
    raise LabError(f"A preparation is 'digit' or 'picture'. Received: {preparation!r}.")


def unchanged(picture: np.ndarray) -> Prepared:
    """A picture that already has the network's size, as a dataset gives it: uint8 `(h, w, c)`."""
    shown = picture[..., 0] if picture.shape[-1] == 1 else picture
    return Prepared(picture.astype(np.float32) / 255, (Step("As in the dataset", shown),))


def fit(
    picture: np.ndarray, size: tuple[int, int], how: Fit = "crop", channels: int = 3
) -> np.ndarray:
    """A picture of any size at the network's.

    Args:
        picture: uint8, `(h, w)` or `(h, w, 3)`.
        size: `(height, width)` in pixels.
        how: "crop" keeps the middle and cuts the rest; "pad" keeps all and fills the rest with
            the border's mean color.
        channels: 1 (grey by ITU-R 601 luma) or 3.

    Returns:
        uint8 `(height, width, channels)`.

    Raises:
        LabError: `how` is neither word, or `channels` is neither number.
    """
    if channels not in (1, 3):
        raise LabError(f"A picture has 1 or 3 channels. Received: {channels}.")
    image = Image.fromarray(_checked(picture)).convert("L" if channels == 1 else "RGB")
    if how == "crop":
        fitted = _cropped(image, size)
    elif how == "pad":
        fitted = _padded(image, size)
    else:
        raise LabError(f"A picture is fitted by 'crop' or 'pad'. Received: {how!r}.")
    return np.asarray(fitted).reshape(*size, channels)


def _checked(picture: np.ndarray) -> np.ndarray:
    if picture.dtype == np.uint8 and picture.size:
        if picture.ndim == 3 and picture.shape[-1] == 1:
            return picture[..., 0]
        if picture.ndim == 2 or (picture.ndim == 3 and picture.shape[-1] == 3):
            return picture
    raise LabError(
        "A picture is an array of bytes, height x width or height x width x 3. "
        f"Received: {picture.dtype} {picture.shape}."
    )


def _cropped(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    height, width = size
    scale = min(image.width / width, image.height / height)
    left = (image.width - width * scale) / 2
    top = (image.height - height * scale) / 2
    box = (left, top, left + width * scale, top + height * scale)
    return image.resize((width, height), Image.Resampling.BICUBIC, box=box)


def _padded(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    height, width = size
    scale = min(width / image.width, height / image.height)
    inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    ground = Image.new(image.mode, (width, height), _border_color(image))
    offset = (width - inner[0]) // 2, (height - inner[1]) // 2
    ground.paste(image.resize(inner, Image.Resampling.BICUBIC), offset)
    return ground


def _border_color(image: Image.Image) -> int | tuple[int, ...]:
    pixels = np.asarray(image)
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    mean = np.rint(edges.mean(axis=0)).astype(int)
    return int(mean) if mean.ndim == 0 else tuple(map(int, mean))


def _digit(picture: np.ndarray, input_shape: tuple[int, int, int], ink: Tone) -> Prepared:
    grey = np.asarray(Image.fromarray(picture).convert("L"))
    as_mnist = ink != "dark" and is_framed(grey)
    if as_mnist:
        found = Ink(grey, facts={"ink": "light"})
    else:
        found = (ink != "dark" and drawn_ink(grey)) or _found(grey, ink)
    framed = prepare_digit(found.grey, input_shape)
    steps = (Step("Picture", picture), *found.steps, *framed.steps[1:])
    if ink != "dark" and found.grey is not grey and is_bare(grey):
        drawn = prepare_digit(grey, input_shape)
        if _alike(drawn.network_input, framed.network_input):
            framed, steps = drawn, (Step("Picture", picture), *drawn.steps[1:])
    facts: dict[str, Fact] = {"kind": "digit", "input_shape": input_shape, "as_mnist": as_mnist}
    facts |= found.facts
    return Prepared(framed.network_input, steps, found.notes, found.doubts, framed.blank, facts)


def _alike(drawn: np.ndarray, found: np.ndarray) -> bool:
    """Whether all that was drawn on bare ground is the digit: then it stays as drawn."""
    return float(np.abs(drawn - found).sum()) < ALIKE * float(drawn.sum())


def _found(grey: np.ndarray, tone: Tone) -> Ink:
    """`find_ink`, once for all models that are shown the same drawing."""
    if grey.size > DRAWN:
        return find_ink(grey, tone)
    return _kept(grey.tobytes(), grey.shape, tone)


@lru_cache(maxsize=8)
def _kept(grey: bytes, shape: tuple[int, ...], tone: Tone) -> Ink:
    return find_ink(np.frombuffer(grey, np.uint8).reshape(shape), tone)


def _scaled(picture: np.ndarray, input_shape: tuple[int, int, int], how: Fit) -> Prepared:
    height, width, channels = input_shape
    fitted = fit(picture, (height, width), how, channels)
    word = "Cropped" if how == "crop" else "Padded"
    shown = fitted[..., 0] if channels == 1 else fitted
    steps = (Step("Picture", picture), Step(f"{word} to {height}x{width}", shown))
    notes = _scaling_notes(picture, input_shape, how)
    facts: dict[str, Fact] = {"kind": "picture", "input_shape": input_shape, "fit": how}
    return Prepared(fitted.astype(np.float32) / 255, steps, notes, facts=facts)


def _scaling_notes(
    picture: np.ndarray, input_shape: tuple[int, int, int], how: Fit
) -> tuple[str, ...]:
    notes = []
    high, wide = picture.shape[:2]
    ratio = (wide / high) / (input_shape[1] / input_shape[0])
    kept = min(ratio, 1 / ratio)
    if kept < 0.99:
        lost = f"Cropped: {1 - kept:.0%} of the picture lies outside; choose pad to keep all of it."
        filled = f"Padded: {1 - kept:.0%} of the input is border; choose crop to fill it."
        notes.append(lost if how == "crop" else filled)
    if picture.ndim == 3 and input_shape[2] == 1 and np.ptp(picture, axis=-1).any():
        notes.append("Turned grey: the network has one input channel.")
    return tuple(notes)
