"""A picture of handwriting -> the ink of one digit, bright on exactly black."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PIL import Image

from cnnlab.errors import LabError
from cnnlab.images.components import Mark, along_frame, find_marks, is_cut, likeness, parts
from cnnlab.images.illumination import darkness, spread
from cnnlab.images.lines import remove_lines
from cnnlab.images.polarity import darkness_of_ink
from cnnlab.images.prepared import Fact, Step
from cnnlab.images.stroke import crisp, thickened

WORK_SIDES = (240, 640)  # pixels; smaller pictures are enlarged, larger ones shrunk
THRESHOLDS = (0.4, 0.55, 0.7)  # of the darkest ink: what counts as a mark
MIN_LEVEL = 0.06  # darkness below which there is no ink at all
MIN_AREA = 6  # pixels
RIM = 0.1  # bare paper put around the ink, as a share of the longer side
RIVAL = 0.6  # how near another mark's likeness to a digit may come before it is doubtful
FRAMED = 0.1  # share of the picture's frame along which a mark may lie before it is looked into
SURROUNDED = 0.6  # and before it is doubted; a digit cropped to its edge lies along half of it
LEAN = 1.5  # of the signs for dark or for light ink: below it they nearly balance
UNCLEAR = "It is not clear whether the ink is darker or lighter than its ground: choose it."
CUT = "The mark reaches the border of the picture: a part may be missing."
BLOT = 0.7  # share of its square that a mark may fill


class Ink(NamedTuple):
    """`grey` uint8 `(h, w)`, ink bright on 0; how it was found, and reasons to doubt it."""

    grey: np.ndarray
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = {}


def find_ink(grey: np.ndarray, tone: str = "auto") -> Ink:
    """The ink of one digit in a drawing, scan or photo.

    Uneven light is divided out, the picture gets a rim of bare paper, printed lines are removed,
    the mark that looks most like a digit is chosen with its neighbors and cut out by a threshold
    that follows the ink, and a thin pen is thickened to MNIST's stroke.

    Args:
        grey: uint8 `(h, w)`.
        tone: "dark" or "light" ink, or "auto" to look.

    Raises:
        LabError: another tone.
    """
    if tone not in ("auto", "dark", "light"):
        raise LabError(f"Ink is 'auto', 'dark' or 'light'. Received: {tone!r}.")
    lean = darkness_of_ink(grey) if tone == "auto" else 0.0
    dark = lean > 0 if tone == "auto" else tone == "dark"
    notes = ["Inverted: the ink is darker than its ground, and MNIST is white on black."] * dark
    grey = work_size(grey)
    ink = darkness(grey if dark else 255 - grey)
    steps = [Step("Uneven light divided out", _levels(ink))]
    ink, lines = remove_lines(_without_table(ink))
    if lines:
        notes.append("Printed lines on the paper were taken out.")
        steps.append(Step("Printed lines taken out", _levels(ink)))
    facts: dict[str, Fact] = {"ink": "dark" if dark else "light", "lines": lines}
    rim = rim_of(ink)
    found = _one_digit(np.pad(ink, rim), rim, steps, notes)
    unclear = (UNCLEAR,) if tone == "auto" and abs(lean) < LEAN else ()
    return found._replace(facts=facts | dict(found.facts), doubts=(*unclear, *found.doubts))


def work_size(grey: np.ndarray) -> np.ndarray:
    """The picture at the size at which ink is looked for: uint8 `(h, w)`."""
    image = Image.fromarray(grey)
    side = max(image.size)
    if WORK_SIDES[0] <= side <= WORK_SIDES[1]:
        return grey
    scale = min(max(side, WORK_SIDES[0]), WORK_SIDES[1]) / side
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))


def rim_of(ink: np.ndarray) -> int:
    """How many pixels of bare paper are put around `(h, w)` ink."""
    return max(4, round(RIM * max(ink.shape)))


def _without_table(ink: np.ndarray) -> np.ndarray:
    """Without what lies along most of the picture's frame, if there is something else."""
    labels, marks = find_marks(ink > THRESHOLDS[0] * _ink_level(ink))
    marks = [mark for mark in marks if mark.area >= MIN_AREA]
    around = [mark.label for mark in marks if along_frame(mark, labels, 0) > SURROUNDED]
    if not around or len(around) == len(marks):
        return ink
    return np.where(spread(np.isin(labels, around), 2), 0, ink).astype(np.float32)


def _levels(ink: np.ndarray) -> np.ndarray:
    return np.rint(ink / max(float(ink.max()), 1e-6) * 255).astype(np.uint8)


def _one_digit(ink: np.ndarray, rim: int, steps: list[Step], notes: list[str]) -> Ink:
    level = _ink_level(ink)
    found = _found(ink, rim, level)
    if level < max(MIN_LEVEL, _noise(ink[rim:-rim, rim:-rim])) or found is None:
        return Ink(np.zeros(ink.shape, np.uint8), tuple(steps), tuple(notes))
    kept = parts(found.main, found.marks, ink.shape, rim)
    mask = np.isin(found.labels, [mark.label for mark in kept])
    others = (found.labels > 0) & ~mask
    alone = np.where(spread(others, 2) & ~mask, 0, ink)
    digit = crisp(alone, mask, found.labels == found.main.label, found.floor)
    steps.append(Step("The digit found", digit))
    digit, changed = thickened(digit)
    if changed:
        notes.append("The pen is thin: strokes were thickened to MNIST's.")
        steps.append(Step("Strokes thickened", digit))
    facts: dict[str, Fact] = {
        "thickened": changed,
        "cut": is_cut(found.main, ink.shape, rim),
    }
    doubts = doubts_of(found.main, found.marks, kept, found.labels, rim)
    return Ink(digit, tuple(steps), tuple(notes), doubts, facts)


class _Found(NamedTuple):
    main: Mark
    marks: list[Mark]
    labels: np.ndarray
    floor: float
    framed: float


def _found(ink: np.ndarray, rim: int, level: float) -> _Found | None:
    """The mark most like a digit.

    Where it hangs together with what lies along the frame, a higher threshold may part them.
    """
    best = None
    for share in THRESHOLDS:
        labels, marks = find_marks(ink > share * level)
        marks = [mark for mark in marks if mark.area >= MIN_AREA]
        if not marks:
            return best
        main = max(marks[:40], key=lambda mark: likeness(mark, labels, rim))
        framed = along_frame(main, labels, rim)
        if best is None or framed < best.framed / 3:
            floor = 0.0 if best is None else share * level
            best = _Found(main, marks, labels, floor, framed)
        if best.framed < FRAMED:
            break
    return best


def doubts_of(
    main: Mark, marks: list[Mark], kept: list[Mark], labels: np.ndarray, rim: int
) -> tuple[str, ...]:
    """Why the marks that were kept may not be the digit; none where there is no reason.

    Args:
        main: The mark most like a digit.
        marks: All of them, the largest first.
        kept: `main` and its parts.
        labels: `(h, w)`, the marks by number, with `rim` pixels of bare paper around.
        rim: Pixels.
    """
    doubts = []
    others = (mark for mark in marks[:40] if mark not in kept)
    rival = max((likeness(mark, labels, rim) for mark in others), default=0.0)
    if rival > RIVAL * likeness(main, labels, rim):
        doubts.append("There is more than one mark: crop the picture to the digit that counts.")
    if main.area > BLOT * max(main.height, main.width) ** 2:
        doubts.append("What was found is more of a blot than a stroke.")
    if along_frame(main, labels, rim) > SURROUNDED:
        doubts.append("What was found lies along the border: it may not be the digit.")
    elif is_cut(main, labels.shape, rim):
        doubts.append(CUT)
    return tuple(doubts)


def _ink_level(ink: np.ndarray) -> float:
    """The darkness of ink: what the darkest 0.1 % of the picture reach."""
    inked = ink[ink > 0]  # a drawing's bare ground, all ties, is slow to partition
    place = ink.size // 1000 + 1
    return float(np.partition(inked, -place)[-place]) if place <= inked.size else 0.0


def _noise(ink: np.ndarray) -> float:
    """What grain alone reaches, judged by the lightest quarter: six standard deviations.

    No paper's grain is half as dark as ink; there the ink fills the picture.
    """
    least, quarter = np.percentile(ink, (5, 25))
    return min(0.5, float(quarter + 6 * (quarter - least) / 0.97))
