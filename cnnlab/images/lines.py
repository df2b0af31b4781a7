"""Ruled and grid paper: finds the printed lines and takes them out of the ink."""

import numpy as np
from PIL import Image

BLOCKS = 9
TILT = 24.0  # degrees to either side that paper may be turned
SEARCH_SIDE = 360


def remove_lines(ink: np.ndarray) -> tuple[np.ndarray, int]:
    """Takes straight lines that cross most of the picture out of `(h, w)` ink, 0..1.

    The picture is turned until rows of it are lines; what a row holds all along (the median of
    most of its blocks) is print, not ink, and is subtracted. Then the same for the columns.

    Returns:
        The ink, and how many of the two directions had lines.
    """
    found = 0
    for quarter in (0, 90):
        angle = _angle(ink, quarter)
        if angle is not None:
            ink = _subtract(ink, quarter + angle)
            found += 1
    return ink, found


def _turned(ink: np.ndarray, angle: float) -> np.ndarray:
    image = Image.fromarray(ink)
    return np.asarray(image.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=-1))


def _angle(ink: np.ndarray, quarter: float) -> float | None:
    """Degrees to turn so that lines lie in rows; None where no direction stands out."""
    small = Image.fromarray(np.minimum(ink, 0.25))  # strong ink shall not outvote pale lines
    small.thumbnail((SEARCH_SIDE, SEARCH_SIDE), Image.Resampling.BOX)
    small = np.asarray(small)
    coarse = np.arange(-TILT, TILT + 1, 1.0)
    scores = np.array([_score(small, quarter + angle) for angle in coarse])
    best = coarse[scores.argmax()]
    if scores.max() < 2.2 * np.median(scores) or scores.max() < 1e-5:
        return None
    fine = np.arange(best - 0.8, best + 0.81, 0.2)
    return float(fine[np.argmax([_score(small, quarter + angle) for angle in fine])])


def _score(small: np.ndarray, angle: float) -> float:
    """How much rows differ from their neighbors: large where lines lie along them."""
    turned = _turned(small, angle)
    inside = turned >= 0
    counts = inside.sum(axis=1)
    rows = np.where(inside, turned, 0).sum(axis=1) / np.maximum(counts, 1)
    rows = rows[counts > 0.5 * counts.max()]
    return float(np.square(np.diff(rows)).mean()) if len(rows) > 2 else 0.0


def _subtract(ink: np.ndarray, angle: float) -> np.ndarray:
    turned = _turned(ink, angle)
    print_only = _line_levels(turned)
    back = Image.fromarray(print_only).rotate(-angle, Image.Resampling.BILINEAR, expand=True)
    top, left = (back.height - ink.shape[0]) // 2, (back.width - ink.shape[1]) // 2
    lines = np.asarray(back)[top : top + ink.shape[0], left : left + ink.shape[1]]
    return np.clip(ink - lines, 0, 1)


def _line_levels(turned: np.ndarray) -> np.ndarray:
    """For each point the darkness of the printed line through it, 0 off the lines."""
    levels = np.where(turned >= 0, turned, np.nan)
    blocks = np.array_split(np.arange(turned.shape[1]), BLOCKS)
    with np.errstate(all="ignore"):
        medians = np.stack([_median(levels[:, block]) for block in blocks], axis=1)
    # Lines are seldom quite straight: a block may find its line two rows off.
    near = np.stack([np.roll(medians, shift, axis=0) for shift in (-2, -1, 0, 1, 2)])
    reached = np.nanmax(np.where(np.isnan(near), -1, near), axis=0)
    known = reached >= 0
    hits = ((reached > 0.03) & known).sum(axis=1)
    is_line = (hits >= 0.7 * known.sum(axis=1)) & (known.sum(axis=1) >= 4)
    strength = np.where(is_line[:, None] & known, reached, 0) * 1.15
    out = np.zeros(turned.shape, np.float32)
    for index, block in enumerate(blocks):
        out[:, block] = strength[:, index, None]
    return out


def _median(levels: np.ndarray) -> np.ndarray:
    """Row medians without the places outside the picture; NaN where few are inside."""
    inside = ~np.isnan(levels)
    filled = np.where(inside, levels, np.inf)
    filled.sort(axis=1)
    counts = inside.sum(axis=1)
    middle = filled[np.arange(len(filled)), np.maximum(counts - 1, 0) // 2]
    return np.where(counts > 0.5 * levels.shape[1], middle, np.nan).astype(np.float32)
