"""A digit drawn on a pad: at every stroke its marks are chosen, and no paper is searched for."""

import numpy as np

from cnnlab.images.components import Mark, along_frame, find_marks, is_cut, likeness, parts
from cnnlab.images.illumination import spread
from cnnlab.images.paper import FRAMED, MIN_AREA, THRESHOLDS, Ink, doubts_of, rim_of, work_size
from cnnlab.images.prepared import Fact, Step
from cnnlab.images.stroke import THIN_SHARE, stroke_width

LEAST_SIDE = 100  # pixels; below, a pen's edges are as wide as its strokes
BARE = 0.4  # share of a pad that is exactly bare
SOFT = 0.5  # pixels of a sharp pen's edges, as a share of those inside its strokes
THICK_SHARE = 0.3  # of the longer side: what is wider is a blot, and no stroke
FRAME = 0.5  # of its box's outline: what lies along more of it, and is no bar, is a sheet
DOT = 0.15  # of the picture: what is smaller is no sheet
LONG = 0.6  # of the picture: two marks as long in one direction may be printed lines
AS_DRAWN: dict[str, Fact] = {"ink": "light", "lines": 0, "thickened": False}


def is_bare(grey: np.ndarray) -> bool:
    """Whether the ground of `(h, w)` uint8 is exactly 0, as on a pad and on no photo."""
    return float((grey == 0).mean()) > BARE


def drawn_ink(grey: np.ndarray) -> Ink | None:
    """The digit of a drawing on a pad, bright on exactly 0: its levels stay as they were drawn.

    Its marks are those `find_ink` would choose: the one most like a digit, and what the pen left
    apart from it. Other marks go.

    Args:
        grey: uint8 `(h, w)`.

    Returns:
        None where marks are not all a pen's: soft, along the border, no strokes, or maybe lines
        of the paper. There `find_ink` must search.
    """
    if not _is_sharp(grey):
        return None
    work = work_size(grey)
    rim = rim_of(work)
    labels, every = find_marks(np.pad(work, rim) > THRESHOLDS[0] * float(work.max()))
    marks = [mark for mark in every if mark.area >= MIN_AREA]
    if not marks or _may_be_lines(marks, work.shape):
        return None
    if any(along_frame(mark, labels, rim) >= FRAMED or _is_sheet(mark, labels) for mark in marks):
        return None
    main = max(marks, key=lambda mark: likeness(mark, labels, rim))
    kept = parts(main, marks, labels.shape, rim)
    mask = np.isin(labels, [mark.label for mark in kept])[rim:-rim, rim:-rim]
    share = stroke_width(np.where(mask, work, 0)) / max(main.height, main.width)
    if not THIN_SHARE <= share <= THICK_SHARE:
        return None
    doubts = doubts_of(main, marks, kept, labels, rim)
    facts = AS_DRAWN | {"cut": is_cut(main, labels.shape, rim)}
    if len(kept) == len(every):
        return Ink(grey, doubts=doubts, facts=facts)
    others = (labels[rim:-rim, rim:-rim] > 0) & ~mask
    digit = np.where(spread(others, 2) & ~mask, 0, work).astype(np.uint8)
    return Ink(digit, (Step("The digit found", digit),), (), doubts, facts)


def _is_sharp(grey: np.ndarray) -> bool:
    """Whether a pen drew on bare ground: edges hold little beside what lies inside the strokes."""
    if min(grey.shape) < LEAST_SIDE or not is_bare(grey) or grey.max() < 128:
        return False
    inked = int((grey > 0).sum())
    full = int((grey > 0.9 * float(grey.max())).sum())
    return inked - full <= SOFT * full


def _is_sheet(mark: Mark, labels: np.ndarray) -> bool:
    """Whether it lies along its box's outline, as no stroke does but a bar."""
    side = max(mark.height, mark.width)
    if side < DOT * max(labels.shape) or min(mark.height, mark.width) <= THICK_SHARE * side:
        return False
    box = labels[mark.top : mark.bottom + 1, mark.left : mark.right + 1] == mark.label
    outline = np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]])
    return float(outline.mean()) >= FRAME


def _may_be_lines(marks: list[Mark], shape: tuple[int, ...]) -> bool:
    """Whether two marks go so far in one direction that they might be the paper's."""
    long = LONG * min(shape)
    return max(sum(m.height > long for m in marks), sum(m.width > long for m in marks)) > 1
