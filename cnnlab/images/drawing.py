"""A digit drawn on a pad: nothing has to be searched for, and it is answered at every stroke."""

import numpy as np

from cnnlab.images.components import find_marks
from cnnlab.images.stroke import THIN_SHARE, stroke_width

LEAST_SIDE = 100  # pixels; below, a pen's edges are as wide as its strokes
BARE = 0.4  # share of a pad that is exactly bare
MARGIN = 0.03  # of the picture: nearer to its border a part of the digit may be missing
SOFT = 0.5  # pixels of a sharp pen's edges, as a share of those inside its strokes
THICK_SHARE = 0.3  # of the longer side: what is wider is a blot, and no stroke
FRAME = 0.5  # of its box's outline: what lies along more of it, and is no bar, is a sheet


def is_bare(grey: np.ndarray) -> bool:
    """Whether the ground of `(h, w)` uint8 is exactly 0, as on a pad and on no photo."""
    return float((grey == 0).mean()) > BARE


def is_clean(grey: np.ndarray) -> bool:
    """Whether `(h, w)` uint8 shows one mark of a pen, bright on exactly 0, and nothing else.

    Sharp, off the border and as wide as a stroke, so `find_ink` would find that mark and no more.
    """
    if min(grey.shape) < LEAST_SIDE or not is_bare(grey) or grey.max() < 128:
        return False
    inked = int((grey > 0).sum())
    full = int((grey > 0.9 * float(grey.max())).sum())
    if inked - full > SOFT * full:
        return False
    marks = find_marks(grey > 0)[1]
    if len(marks) != 1:
        return False
    mark, (height, width) = marks[0], grey.shape
    least = max(2, round(MARGIN * max(grey.shape)))
    if min(mark.top, mark.left, height - 1 - mark.bottom, width - 1 - mark.right) < least:
        return False
    side = max(mark.height, mark.width)
    share = stroke_width(grey) / side
    if not THIN_SHARE <= share <= THICK_SHARE:
        return False
    box = grey[mark.top : mark.bottom + 1, mark.left : mark.right + 1] > 0
    outline = np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]])
    return min(box.shape) <= THICK_SHARE * side or float(outline.mean()) < FRAME
