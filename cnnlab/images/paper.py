"""A picture of handwriting -> the ink of one digit, bright on exactly black."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PIL import Image

from cnnlab.errors import LabError
from cnnlab.images.components import Mark, belongs, edges, find_marks, likeness
from cnnlab.images.illumination import darkness, is_dark_on_light, spread
from cnnlab.images.lines import remove_lines
from cnnlab.images.prepared import Fact, Step
from cnnlab.images.stroke import thickened

WORK_SIDES = (600, 900)  # pixels; smaller pictures are enlarged, larger ones shrunk
THRESHOLD = 0.4  # of the darkest ink: what counts as a mark
MIN_LEVEL = 0.06  # darkness below which there is no ink at all
MIN_AREA = 6  # pixels
FAINT = 60
RIVAL = 0.6  # how near another mark's likeness to a digit may come before it is doubtful
BLOT = 0.55  # share of its square that a mark may fill


class Ink(NamedTuple):
    """`grey` uint8 `(h, w)`, ink bright on 0; how it was found, and reasons to doubt it."""

    grey: np.ndarray
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = {}


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
    ink, lines = remove_lines(ink)
    if lines:
        notes.append("Printed lines on the paper were taken out.")
        steps.append(Step("Printed lines taken out", _levels(ink)))
    return _one_digit(ink, steps, notes)


def _work_size(grey: np.ndarray) -> np.ndarray:
    image = Image.fromarray(grey)
    side = max(image.size)
    if WORK_SIDES[0] <= side <= WORK_SIDES[1]:
        return grey
    scale = min(max(side, WORK_SIDES[0]), WORK_SIDES[1]) / side
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))


def _levels(ink: np.ndarray) -> np.ndarray:
    return np.rint(ink / max(float(ink.max()), 1e-6) * 255).astype(np.uint8)


def _one_digit(ink: np.ndarray, steps: list[Step], notes: list[str]) -> Ink:
    ink = _without_surroundings(ink)
    level = _ink_level(ink)
    labels, marks = find_marks(ink > THRESHOLD * level)
    marks = [mark for mark in marks if mark.area >= MIN_AREA]
    if level < MIN_LEVEL or not marks:
        return Ink(np.zeros(ink.shape, np.uint8), tuple(steps), tuple(notes))
    main = max(marks[:40], key=lambda mark: likeness(mark, ink.shape))
    doubts = _doubts(main, marks, ink.shape)
    mask = np.isin(labels, [mark.label for mark in marks if mark is main or belongs(mark, main)])
    level = float(np.percentile(ink[labels == main.label], 80))
    digit = _levels(np.where(_grown(mask), np.minimum(ink / level, 1), 0).astype(np.float32))
    digit = digit[_box(mask)]
    steps.append(Step("The digit found", digit))
    digit, changed = thickened(digit)
    if changed:
        notes.append("The pen is thin: strokes were thickened to MNIST's.")
        steps.append(Step("Strokes thickened", digit))
    digit = np.where(digit > FAINT, digit, 0).astype(np.uint8)
    return Ink(digit, tuple(steps), tuple(notes), doubts)


def _doubts(main: Mark, marks: list[Mark], shape: tuple[int, int]) -> tuple[str, ...]:
    doubts = []
    if any(edges(main, shape, 3)):
        doubts.append("The mark reaches the border of the picture: a part may be missing.")
    others = (mark for mark in marks[:40] if mark is not main and not belongs(mark, main))
    rival = max((likeness(mark, shape) for mark in others), default=0.0)
    if rival > RIVAL * likeness(main, shape):
        doubts.append("There is more than one mark: crop the picture to the digit that counts.")
    if main.area > BLOT * max(main.height, main.width) ** 2:
        doubts.append("What was found is more of a blot than a stroke.")
    return tuple(doubts)


def _without_surroundings(ink: np.ndarray) -> np.ndarray:
    """Without what reaches in from the border: table, fingers, the edge of the sheet."""
    labels, marks = find_marks(ink > THRESHOLD * _ink_level(ink))
    outside = [mark.label for mark in marks if _reaches_in(labels, mark)]
    return np.where(_grown(np.isin(labels, outside)), 0, ink).astype(np.float32)


def _reaches_in(labels: np.ndarray, mark: Mark) -> bool:
    """Whether a mark lies along the border; a stroke that merely leaves the picture does not."""
    reached = edges(mark, labels.shape, 2)
    if not any(reached):
        return False
    part = labels[mark.top : mark.bottom + 1, mark.left : mark.right + 1] == mark.label
    rims = (part[:2], part[-2:], part[:, :2].T, part[:, -2:].T)
    touching = [rim.any(axis=0).sum() for rim, edge in zip(rims, reached, strict=True) if edge]
    return max(touching) > 0.4 * max(part.shape)


def _box(mask: np.ndarray, rim: int = 2) -> tuple[slice, slice]:
    """The part of the picture that holds the mask, with a rim."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(rows[0] - rim, 0), rows[-1] + rim + 1),
        slice(max(columns[0] - rim, 0), columns[-1] + rim + 1),
    )


def _ink_level(ink: np.ndarray) -> float:
    """The darkness of ink: what the darkest 0.1 % of the picture reach."""
    return float(np.partition(ink.ravel(), -(ink.size // 1000) - 1)[-(ink.size // 1000) - 1])


def _grown(mask: np.ndarray) -> np.ndarray:
    """The mask and a rim of two pixels, where anti-aliased edges lie."""
    return spread(mask, 2)
