"""A picture of handwriting -> the ink of one digit, bright on exactly black."""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from cnnlab.errors import LabError
from cnnlab.images.light import darkness, is_dark_on_light
from cnnlab.images.lines import remove_lines
from cnnlab.images.marks import Mark, find_marks
from cnnlab.images.prepared import Step

WORK_SIDE = 900
STROKE_SHARE = 0.105  # width of MNIST's strokes, as a share of the digit's longer side
THIN_SHARE = 0.08


class Ink(NamedTuple):
    """`grey` uint8 `(h, w)`, ink bright on 0; the steps and notes on how it was found."""

    grey: np.ndarray
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()


def find_ink(grey: np.ndarray, tone: str = "auto") -> Ink:
    """The ink of one digit in a drawing, scan or photo.

    A drawing that is already bright on exactly black is left as it is. Otherwise uneven light
    is divided out, printed lines are removed, the mark that looks most like a digit is chosen
    with its neighbors, and a thin pen is thickened to MNIST's stroke.

    Args:
        grey: uint8 `(h, w)`.
        tone: "dark" or "light" ink, or "auto" to look.

    Raises:
        LabError: another tone.
    """
    if tone not in ("auto", "dark", "light"):
        raise LabError(f"Ink is 'auto', 'dark' or 'light'. Received: {tone!r}.")
    if tone != "dark" and (grey == 0).mean() > 0.4:
        return Ink(grey)
    dark = tone == "dark" or (tone == "auto" and is_dark_on_light(grey))
    notes = ["Inverted: the ink is darker than its ground, and MNIST is white on black."] * dark
    grey = _work_size(grey)
    ink = darkness(grey if dark else 255 - grey)
    steps = [Step("Uneven light divided out", _levels(ink))]
    ink, directions = remove_lines(ink)
    if directions:
        notes.append("Printed lines on the paper were taken out.")
        steps.append(Step("Printed lines taken out", _levels(ink)))
    return _one_digit(ink, steps, notes)


def _work_size(grey: np.ndarray) -> np.ndarray:
    image = Image.fromarray(grey)
    image.thumbnail((WORK_SIDE, WORK_SIDE), Image.Resampling.BOX)
    return np.asarray(image)


def _levels(ink: np.ndarray) -> np.ndarray:
    return np.rint(ink / max(float(ink.max()), 1e-6) * 255).astype(np.uint8)


def _one_digit(ink: np.ndarray, steps: list[Step], notes: list[str]) -> Ink:
    level = _ink_level(ink)
    labels, marks = find_marks(ink > 0.4 * level)
    marks = [mark for mark in marks if mark.area >= 6]
    if level < 0.06 or not marks:
        return Ink(np.zeros(ink.shape, np.uint8), tuple(steps), tuple(notes))
    chosen = _with_neighbors(_main_mark(marks, ink.shape), marks)
    mask = np.isin(labels, [mark.label for mark in chosen])
    digit = _levels(np.where(_grown(mask), np.minimum(ink / level, 1), 0).astype(np.float32))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = slice(max(rows[0] - 2, 0), rows[-1] + 3), slice(max(columns[0] - 2, 0), columns[-1] + 3)
    digit = digit[box]
    steps.append(Step("The digit found", digit))
    digit, thickened = _thickened(digit)
    if thickened:
        notes.append("The pen is thin: strokes were thickened to MNIST's.")
        steps.append(Step("Strokes thickened", digit))
    digit = np.where(digit > 60, digit, 0).astype(np.uint8)
    return Ink(digit, tuple(steps), tuple(notes))


def _ink_level(ink: np.ndarray) -> float:
    """The darkness of ink: what the darkest 0.1 % of the picture reach."""
    return float(np.partition(ink.ravel(), -(ink.size // 1000) - 1)[-(ink.size // 1000) - 1])


def _main_mark(marks: list[Mark], shape: tuple[int, int]) -> Mark:
    return max(marks[:40], key=lambda mark: _likeness(mark, shape))


def _likeness(mark: Mark, shape: tuple[int, int]) -> float:
    """Large, near the middle, not cut by the border, not a bare line or a blot."""
    height, width = shape
    side = max(mark.height, mark.width)
    y = abs((mark.top + mark.bottom) / 2 / height - 0.5)
    x = abs((mark.left + mark.right) / 2 / width - 0.5)
    score = side * (1 - x) * (1 - y)
    edges = (mark.top <= 1) + (mark.left <= 1) + (mark.bottom >= height - 2) + (mark.right >= width - 2)
    score *= 0.25**edges
    if mark.width > 2.5 * mark.height:
        score *= 0.3
    return score * min(1.0, mark.area / (0.02 * side * side))


def _with_neighbors(main: Mark, marks: list[Mark]) -> list[Mark]:
    """The main mark and what belongs to it: parts close by that are not specks."""
    side = max(main.height, main.width)
    reach = 0.12 * side

    def near(mark: Mark) -> bool:
        gap_y = max(main.top - mark.bottom, mark.top - main.bottom, 0)
        gap_x = max(main.left - mark.right, mark.left - main.right, 0)
        return max(gap_y, gap_x) <= reach and mark.area >= 0.04 * main.area

    return [mark for mark in marks if mark is main or near(mark)]


def _grown(mask: np.ndarray) -> np.ndarray:
    """The mask and a rim of two pixels, where anti-aliased edges lie."""
    return np.asarray(Image.fromarray(mask.astype(np.uint8)).filter(ImageFilter.MaxFilter(5))) > 0


def _stroke_width(digit: np.ndarray) -> float:
    """Mean width in pixels: twice the area by the length of the outline."""
    mask = digit > 110
    outline = (mask[:, 1:] != mask[:, :-1]).sum() + (mask[1:] != mask[:-1]).sum()
    # Pixel edges overstate a slanted outline by 4 / pi on average.
    return 2 * float(mask.sum()) / max(float(outline) * np.pi / 4, 1.0)


def _thickened(digit: np.ndarray) -> tuple[np.ndarray, bool]:
    side = max(digit.shape)
    width = _stroke_width(digit)
    if width >= THIN_SHARE * side:
        return digit, False
    grow = round((STROKE_SHARE * side - width) / 2)
    if grow < 1:
        return digit, False
    padded = Image.fromarray(np.pad(digit, grow + 1))
    disk = padded.filter(ImageFilter.MaxFilter(3)) if grow == 1 else _dilated(padded, grow)
    return np.asarray(disk), True


def _dilated(image: Image.Image, radius: int) -> Image.Image:
    """Grown by a disk: alternating squares and diamonds come close and stay quick."""
    levels = np.asarray(image)
    for step in range(radius):
        around = [levels]
        shifts = [(0, 1), (0, -1), (1, 0), (-1, 0)]
        if step % 2:
            shifts += [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        around += [np.roll(levels, shift, (0, 1)) for shift in shifts]
        levels = np.maximum.reduce(around)
    return Image.fromarray(levels)
