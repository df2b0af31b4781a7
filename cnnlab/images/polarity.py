"""Dark ink on light paper, or light ink on a dark ground: weighed from several signs.

No single sign holds for all pictures: the frame is ground in a drawing but table in a photo of a
sheet; a wide median is ground until a thick pen fills it. Their weights were fitted by logistic
regression to the scripted pictures of `tests/handwriting_kinds.py`.
"""

import numpy as np
from PIL import Image, ImageFilter

from cnnlab.images.components import edges, find_marks
from cnnlab.images.illumination import spread

SIDE = 96  # pixels; enough to tell ink from ground
FLAT = 0.5  # share of pixels of one level that makes a drawing's even ground
CERTAIN = 20.0
BIAS = 4.3
WEIGHTS = np.array((2.4, 4.6, 3.8, 2.6, 3.5, 2.8, 7.1), np.float32)


def darkness_of_ink(grey: np.ndarray) -> float:
    """Above 0 where the strokes are darker than what surrounds them; near 0 it is not clear.

    An even ground of black or white, as in a drawing, decides alone.

    Args:
        grey: uint8 `(h, w)`.
    """
    counts = np.bincount(grey.ravel(), minlength=256)
    most = int(counts.argmax())
    if counts[most] > FLAT * grey.size and (most > 250 or most < 5):
        return CERTAIN if most > 250 else -CERTAIN
    return float(signs(grey) @ WEIGHTS) + BIAS


def signs(grey: np.ndarray) -> np.ndarray:
    """Signs `(7,)` for dark ink in `grey`, uint8 `(h, w)`: each in -1..1, below 0 for light ink.

    What stands out from its surroundings is dark; the frame is light; the corners are; the dark
    parts hang together better; the light ones are in more pieces; most of the picture is light;
    the light part is like a sheet on a table.
    """
    small = Image.fromarray(grey)
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    levels = np.asarray(small)
    light = max((_parted(even) for even in (levels, _leveled(levels))), key=lambda pair: pair[1])[0]
    frame = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    corner = max(1, min(light.shape) // 12)
    corners = np.concatenate([light[:corner], light[-corner:]])
    corners = np.concatenate([corners[:, :corner], corners[:, -corner:]])
    whole_dark, pieces_dark = _pieces(~light)
    whole_light, pieces_light = _pieces(light)
    return np.array(
        (
            _standing_out(small, levels.astype(np.float32)),
            2 * frame.mean() - 1,
            2 * corners.mean() - 1,
            whole_dark - whole_light,
            np.clip((pieces_light - pieces_dark) / 3, -1, 1),
            2 * light.mean() - 1,
            _sheet(light) - _sheet(~light),
        ),
        np.float32,
    )


def _leveled(levels: np.ndarray) -> np.ndarray:
    """Without the slow change of light: a plane and its squares, fitted and subtracted."""
    height, width = levels.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, y * y], axis=-1).reshape(-1, 5)
    values = levels.astype(np.float64).ravel()
    weights = np.ones_like(values)
    for _ in range(3):  # what lies far from the surface, ink as a rule, counts less each time
        root = weights[:, None]
        found = np.linalg.lstsq(terms * root, values * weights, rcond=None)[0]
        gap = np.abs(values - terms @ found)
        weights = 1 / np.maximum(1, gap / max(1.0, float(np.median(gap))))
    flat = values - terms[:, 1:] @ found[1:]
    return np.clip(np.rint(flat), 0, 255).astype(np.uint8).reshape(height, width)


def _parted(levels: np.ndarray) -> tuple[np.ndarray, float]:
    """The light part by Otsu's threshold (1979), and the variance it explains, 0..1."""
    counts = np.bincount(levels.ravel(), minlength=256).astype(np.float64)
    below, mass = counts.cumsum(), (counts * np.arange(256)).cumsum()
    above = below[-1] - below
    between = np.square(mass[-1] * below / below[-1] - mass)
    between /= np.maximum(below * above, 1)
    whole = max(1e-6, float(levels.var()))
    return levels > int(between.argmax()), float(between.max()) / whole


def _pieces(mask: np.ndarray) -> tuple[float, int]:
    """The largest piece's share of all, and how many are not small."""
    marks = find_marks(mask)[1]
    if not marks:
        return 0.0, 0
    share = marks[0].area / sum(mark.area for mark in marks)
    return share, sum(mark.area > 0.01 * mask.size for mark in marks)


def _sheet(mask: np.ndarray) -> float:
    """How much a picture's largest part is like a sheet on a table: large, full, off the frame."""
    marks = find_marks(mask)[1]
    if not marks:
        return 0.0
    box = marks[0].height * marks[0].width
    if box < 0.4 * mask.size or any(edges(marks[0], mask.shape, 1)):
        return 0.0
    return min(1.0, max(0.0, marks[0].area / box - 0.6) / 0.25)


def _standing_out(small: Image.Image, levels: np.ndarray) -> float:
    """Whether what differs from a wide median is darker (1) or lighter (-1), by weight.

    Places where the ground itself changes, such as the edge of the paper, do not count.
    """
    window = max(3, min(small.size) // 4) | 1
    ground = np.asarray(small.filter(ImageFilter.MedianFilter(window)), np.float32)
    steady = spread(ground, window // 2, np.maximum) - spread(ground, window // 2, np.minimum)
    gap = np.where(steady < 0.3 * np.ptp(levels), ground - levels, 0)
    strong = gap[np.abs(gap) > max(8.0, 0.35 * float(np.abs(gap).max()))]
    return float(strong.sum() / max(1.0, float(np.abs(strong).sum())))
