"""Ink -> the picture MNIST would have made of it.

"The images were size normalized to fit in a 20x20 pixel box while preserving their aspect
ratio [...] centered in a 28x28 image by computing the center of mass of the pixels, and
translating the image so as to position this point at the center of the 28x28 field."

Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits",
http://yann.lecun.com/exdb/mnist/. Measured on the published files: the box is always filled
on its longer side, the shift is a whole number of pixels, and the center is pixel 14.
"""

from collections.abc import Iterable

import numpy as np
from PIL import Image

from cnnlab.errors import LabError
from cnnlab.images.prepared import Prepared, Step

SIZE = 28
BOX = 20


def prepare_digit(
    grey: np.ndarray, input_shape: tuple[int, int, int] = (SIZE, SIZE, 1)
) -> Prepared:
    """A drawn digit as MNIST would have stored it.

    Crops to the ink, fits it into a 20x20 box with anti-aliasing, and places it by its center
    of mass in 28x28; another input size keeps the proportion 20/28.

    Args:
        grey: `(h, w)`, uint8, ink bright on a background of exactly 0.
        input_shape: The network's `(height, width, channels)`.

    Raises:
        LabError: `grey` is not a two-dimensional uint8 array.
    """
    _check(grey)
    height, width, channels = input_shape
    if not grey.any():
        return Prepared(
            np.zeros(input_shape, np.float32), (Step("Nothing drawn", grey),), blank=True
        )
    ink = _crop(grey)
    box = _fit_box(ink, round(min(height, width) * BOX / SIZE))
    placed = _place(box, height, width)
    steps = (
        Step("Drawing", grey),
        Step("Cropped to the ink", ink),
        Step(f"Fitted into {max(box.shape)} pixels", box),
        Step(f"Centered by mass in {height}x{width}", placed),
    )
    floats = placed.astype(np.float32) / 255
    return Prepared(np.repeat(floats[..., None], channels, axis=-1), steps)


def frame_digit(grey: np.ndarray, size: int = SIZE) -> np.ndarray:
    """The last step of `prepare_digit` alone: uint8 `(h, w)` -> uint8 `(size, size)`."""
    _check(grey)
    if not grey.any():
        return np.zeros((size, size), np.uint8)
    return _place(_fit_box(_crop(grey), round(size * BOX / SIZE)), size, size)


def is_framed(grey: np.ndarray) -> bool:
    """Whether a picture, uint8 `(h, w)`, is in MNIST's form: ground exactly 0, digit in place.

    The box is filled to a pixel and the center of mass at most a pixel and a half off.
    """
    height, width = grey.shape
    if height != width or height > 3 * SIZE or (grey == 0).mean() < 0.4 or grey.max() < 128:
        return False
    ink = _crop(grey)
    scale = height / SIZE
    mass = float(grey.sum())
    y = float(grey.sum(axis=1) @ np.arange(height)) / mass - height // 2
    x = float(grey.sum(axis=0) @ np.arange(width)) / mass - width // 2
    filled = abs(max(ink.shape) - BOX * scale) <= 1.5 * scale
    return filled and max(abs(y), abs(x)) <= 1.5 * scale


def frame_digits(greys: Iterable[np.ndarray], size: int = SIZE) -> np.ndarray:
    """`frame_digit` for many: uint8 `(n, h, w)` -> uint8 `(n, size, size)`."""
    framed = [frame_digit(grey, size) for grey in greys]
    return np.stack(framed) if framed else np.zeros((0, size, size), np.uint8)


def nearby(network_input: np.ndarray) -> list[np.ndarray]:
    """Eight copies that a person would read the same: turned, zoomed or shifted a little.

    `(height, width, channels)` float32 each: turned by 8 degrees and zoomed by 8 % either way,
    shifted by one pixel in 28 to each side.
    """
    height, width = network_input.shape[:2]
    step = max(1, round(min(height, width) / SIZE))
    shifts = [np.roll(network_input, by, axis) for axis in (0, 1) for by in (-step, step)]
    planes = [Image.fromarray(network_input[..., c]) for c in range(network_input.shape[2])]
    ways = [(8.0, 1.0), (-8.0, 1.0), (0.0, 1.08), (0.0, 0.92)]
    return shifts + [np.stack([_moved(p, *way) for p in planes], axis=-1) for way in ways]


def _moved(plane: Image.Image, degrees: float, zoom: float) -> np.ndarray:
    angle, (x, y) = np.deg2rad(degrees), (plane.width / 2, plane.height / 2)
    cos, sin = np.cos(angle) / zoom, np.sin(angle) / zoom
    way = (cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y)
    return np.asarray(
        plane.transform(plane.size, Image.Transform.AFFINE, way, Image.Resampling.BILINEAR)
    )


def _check(grey: np.ndarray) -> None:
    if grey.ndim != 2 or grey.dtype != np.uint8 or not grey.size:
        raise LabError(
            "A digit must be a grey picture of bytes with height and width. "
            f"Received: {grey.dtype} {grey.shape}."
        )


def _crop(grey: np.ndarray) -> np.ndarray:
    """The smallest rectangle with all the ink in it."""
    rows, columns = np.flatnonzero(grey.any(axis=1)), np.flatnonzero(grey.any(axis=0))
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit_box(ink: np.ndarray, box: int) -> np.ndarray:
    """Scaled so that the longer side is `box` pixels; Pillow averages when it shrinks."""
    height, width = ink.shape
    scale = box / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BICUBIC))


def _place(ink: np.ndarray, height: int, width: int) -> np.ndarray:
    """`ink` on black `(height, width)`, its center of mass on the central pixel."""
    placed = np.zeros((height, width), np.uint8)
    mass = max(1.0, float(ink.sum()))
    top = round(height // 2 - float(ink.sum(axis=1) @ np.arange(ink.shape[0])) / mass)
    left = round(width // 2 - float(ink.sum(axis=0) @ np.arange(ink.shape[1])) / mass)
    top = min(max(top, 0), height - ink.shape[0])
    left = min(max(left, 0), width - ink.shape[1])
    placed[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return placed
