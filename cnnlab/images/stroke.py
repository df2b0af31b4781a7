"""The pen: strokes cut out crisply, and thin ones thickened to those of MNIST."""

import numpy as np
from PIL import Image, ImageFilter

from cnnlab.images.components import find_marks
from cnnlab.images.illumination import spread

STROKE_SHARE = 0.105  # width of MNIST's strokes, as a share of the digit's longer side
THIN_SHARE = 0.08  # below this the strokes would turn faint on the way to 20 pixels


PALE = 0.25  # of the digit's own darkness: what may still be a part of a stroke
SURE = 0.6  # of it: what is ink in any case
FAINTEST = 1e-6  # darkness, so that even ground divides


def crisp(ink: np.ndarray, mask: np.ndarray, main: np.ndarray, floor: float = 0.0) -> np.ndarray:
    """A digit with sharp edges and even strokes, cropped to it with a rim of two pixels.

    The threshold at each point is the middle between the lightest and darkest within a stroke's
    width (Bernsen, 1986): where a stroke turns pale it stays whole, and a blurred loop stays open.

    Args:
        ink: `(h, w)` float32, 0 where there is paper.
        mask: The digit at one threshold for all, and
        main: its largest part.
        floor: Darkness below which nothing counts.

    Returns:
        uint8, bright on 0.
    """
    width = stroke_width(np.where(main, 255, 0))
    reach = max(2, round(width))
    area = _box(mask, 3 * reach)
    ink, mask, main = _blurred(ink[area], width / 8), mask[area], main[area]
    level = float(np.percentile(ink[main], 80))
    bare = ink[~spread(mask, reach)]
    least = max(floor, PALE * level, 1.3 * float(np.percentile(bare, 98)) if bare.size else 0)
    light, dark = spread(ink, reach, np.minimum), spread(ink, reach)
    middle = np.where(dark - light > PALE * level, (light + dark) / 2, SURE * level)
    middle = np.clip(middle, min(least, SURE * level), SURE * level)
    found = _touching(ink > middle, mask)
    if not found.any():
        found = mask  # a texture finer than the blur: nothing stands out of it
    contrast = np.maximum(np.maximum(dark - light, PALE * level), FAINTEST)
    soft = np.clip(0.5 + (ink - middle) / (0.5 * contrast), 0, 1)
    digit = np.where(spread(found, 1), soft, 0)
    digit = np.where(found, np.maximum(digit, 0.5), digit)
    return np.rint(255 * digit[_box(found, 2)]).astype(np.uint8)


def _touching(found: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The marks of one picture that touch those of another."""
    labels, _ = find_marks(found)
    return np.isin(labels, np.setdiff1d(labels[mask], [0]))


def _blurred(ink: np.ndarray, sigma: float) -> np.ndarray:
    levels = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
    return np.asarray(levels.filter(ImageFilter.GaussianBlur(sigma)), np.float32) / 255


def _box(mask: np.ndarray, rim: int) -> tuple[slice, slice]:
    """The part of the picture that holds the mask, with a rim."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(rows[0] - rim, 0), rows[-1] + rim + 1),
        slice(max(columns[0] - rim, 0), columns[-1] + rim + 1),
    )


def thickened(digit: np.ndarray) -> tuple[np.ndarray, bool]:
    """The digit `(h, w)` uint8 with strokes as wide as MNIST's, and whether it had to change."""
    side = max(digit.shape)
    width = stroke_width(digit)
    grow = round((STROKE_SHARE * side - width) / 2)
    if width >= THIN_SHARE * side or grow < 1:
        return digit, False
    return _dilated(np.pad(digit, grow + 1), grow), True


def stroke_width(digit: np.ndarray) -> float:
    """Mean width in pixels of a digit's strokes, uint8 `(h, w)`: twice the area by the outline."""
    mask = digit > 110
    outline = (mask[:, 1:] != mask[:, :-1]).sum() + (mask[1:] != mask[:-1]).sum()
    # Pixel edges overstate a slanted outline by 4 / pi on average.
    return 2 * float(mask.sum()) / max(float(outline) * np.pi / 4, 1.0)


def _dilated(digit: np.ndarray, radius: int) -> np.ndarray:
    """Grown by a disk, nearly: crosses and squares in turn."""
    for step in range(radius):
        shifts = [(0, 1), (0, -1), (1, 0), (-1, 0)]
        if step % 2:
            shifts += [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        around = [np.roll(digit, shift, (0, 1)) for shift in shifts]
        digit = np.maximum.reduce([digit, *around])
    return digit
