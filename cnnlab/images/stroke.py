"""The pen's width: thin strokes are thickened to those of MNIST."""

import numpy as np

STROKE_SHARE = 0.105  # width of MNIST's strokes, as a share of the digit's longer side
THIN_SHARE = 0.08  # below this the strokes would turn faint on the way to 20 pixels


def thickened(digit: np.ndarray) -> tuple[np.ndarray, bool]:
    """The digit `(h, w)` uint8 with strokes as wide as MNIST's, and whether it had to change."""
    side = max(digit.shape)
    width = stroke_width(digit)
    grow = round((STROKE_SHARE * side - width) / 2)
    if width >= THIN_SHARE * side or grow < 1:
        return digit, False
    return _dilated(np.pad(digit, grow + 1), grow), True


def stroke_width(digit: np.ndarray) -> float:
    """Mean width of the strokes in pixels: twice the area by the length of the outline."""
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
