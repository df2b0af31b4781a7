"""Ruled and grid paper: follows the printed lines and takes them out of the ink."""

import numpy as np
from PIL import Image

BLOCKS = 18  # strips across the picture; a line is nearly straight within one
DRIFT = 3  # rows a line may climb from one strip to the next, beyond its slope
SPAN = 0.7  # share of the strips a line must cross; no stroke of a digit goes that far
SLOPES = np.tan(np.deg2rad(np.arange(-20, 20.1, 1.25)))
SEARCH_SIDE = 260
ENDS = 4  # strips at each end, within which the sheet begins if it lies on a table
BESIDE = (5, 6, 7, 8, 9)  # pixels beside a line where there is paper again
PALE = 0.65  # of the ink's darkness: no printed line is darker, nor is a stroke of the digit paler


def remove_lines(ink: np.ndarray) -> tuple[np.ndarray, int]:
    """Takes thin lines that cross most of the picture out of `(h, w)` ink in 0..1.

    Returns:
        The ink, and how many lines were taken out.
    """
    count = 0
    for upright in (False, True):
        turned = ink.T if upright else ink
        slope = _slope(turned) if _may_hold_lines(turned) else None
        if slope is not None:
            lines, found = _lines(turned, slope)
            turned = np.clip(turned - lines, 0, 1)
            ink = turned.T if upright else turned
            count += found
    return ink, count


def _may_hold_lines(ink: np.ndarray) -> bool:
    """Whether there is anything at both ends, as `_count` wants; on a drawing pad seldom."""
    if ink.shape[1] < BLOCKS:
        return False  # not even a pixel for each strip
    inked = [bool(ink[:, strip].any()) for strip in _strips(ink.shape[1])]
    return any(inked[:ENDS]) and any(inked[-ENDS:])


def _strips(width: int) -> list[np.ndarray]:
    return np.array_split(np.arange(width), BLOCKS)


def _slope(ink: np.ndarray) -> float | None:
    """Rows climbed per column by the lines; None where no direction stands out."""
    # Strong ink shall not outvote pale lines.
    picture = Image.fromarray(np.minimum(ink, 0.2))
    picture.thumbnail((SEARCH_SIDE, SEARCH_SIDE), Image.Resampling.BOX)
    small = np.asarray(picture)
    scores = np.array([_score(small, slope) for slope in SLOPES])
    if scores.max() < 1.5 * np.median(scores):
        return None
    best = SLOPES[scores.argmax()]
    fine = best + np.linspace(-0.02, 0.02, 9)
    return float(fine[np.argmax([_score(small, slope) for slope in fine])])


def _shifts(width: int, slope: float) -> np.ndarray:
    """Rows by which each column moves so that lines of `slope` lie level, all >= 0."""
    shifts = np.rint(-slope * np.arange(width)).astype(int)
    return shifts - shifts.min()


def _score(small: np.ndarray, slope: float) -> float:
    """How much sheared rows differ from their neighbors: large where lines lie along them."""
    height, width = small.shape
    rows = (np.arange(height)[:, None] + _shifts(width, slope)).ravel()
    sums = np.bincount(rows, small.ravel())
    counts = np.bincount(rows)
    means = (sums / np.maximum(counts, 1))[counts > 0.5 * width]
    return float(np.square(np.diff(means)).mean()) if len(means) > 2 else 0.0


def _lines(ink: np.ndarray, slope: float) -> tuple[np.ndarray, int]:
    """The darkness that printed lines alone give each point, and their number."""
    height, width = ink.shape
    shifts = _shifts(width, slope)
    rows = np.arange(height)[:, None] + shifts
    level = np.full((height + int(shifts.max()), width), np.nan, np.float32)
    level[rows, np.arange(width)] = ink
    strips = _strips(width)
    contrast, known = _contrast(level, strips)
    on_line = _followed(contrast > _threshold(contrast, known), known)
    count = _count(on_line)
    # Two may be strokes or a shadow's edges; printed ones are interrupted nowhere.
    whole = bool((on_line.any(axis=0) | ~known.any(axis=0)).all())
    if count < 2 or (count == 2 and not whole):
        return np.zeros_like(ink), 0
    # Where a stroke lies along a line, only the line's own darkness goes.
    typical = float(np.median(contrast[on_line]))
    if typical > PALE * float(np.percentile(ink, 99.5)):
        return np.zeros_like(ink), 0
    strength = np.where(on_line, np.minimum(contrast, 1.5 * typical), 0) * 1.15
    strength = np.maximum.reduce([np.roll(strength, shift, axis=0) for shift in (-1, 0, 1)])
    wide = np.repeat(strength, [len(strip) for strip in strips], axis=1)
    return wide[rows, np.arange(width)].astype(np.float32), count


def _contrast(level: np.ndarray, strips: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """How much each row of each strip is darker than the rows around it, and where that is known.

    Both `(rows, strips)`. The median along the strip counts, so crossing ink does not.
    """
    medians = np.stack([_median(level[:, strip]) for strip in strips], axis=1)
    known = ~np.isnan(medians)
    filled = np.where(known, medians, 0)
    # On both sides: the edge of a thick stroke has paper on one of them only.
    above, below = (
        np.median([np.roll(filled, way * offset, axis=0) for offset in BESIDE], axis=0)
        for way in (1, -1)
    )
    return np.where(known, filled - np.maximum(above, below), 0), known


def _median(strip: np.ndarray) -> np.ndarray:
    """Row medians; NaN where most of the row lies outside the picture."""
    inside = ~np.isnan(strip)
    counts = inside.sum(axis=1)
    ordered = np.sort(np.where(inside, strip, np.inf), axis=1)
    middle = ordered[np.arange(len(strip)), np.maximum(counts - 1, 0) // 2]
    return np.where(counts > 0.6 * strip.shape[1], middle, np.nan)


def _threshold(contrast: np.ndarray, known: np.ndarray) -> float:
    spread = np.median(np.abs(contrast[known])) if known.any() else 1.0
    return max(0.02, 3.5 * float(spread))


def _followed(hit: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The hits that lie on a path through most strips, row by neighboring row."""
    before, after = _support(hit), _support(hit[:, ::-1])[:, ::-1]
    strips = max(1, int(known.any(axis=0).sum()))
    return hit & (before + after - 1 >= SPAN * strips)


def _support(hit: np.ndarray) -> np.ndarray:
    """Hits on the best path that ends in each place, coming from the left."""
    best = np.zeros(hit.shape, int)
    reach = np.zeros(len(hit), int)
    for strip in range(hit.shape[1]):
        near = np.maximum.reduce([np.roll(reach, drift) for drift in range(-DRIFT, DRIFT + 1)])
        best[:, strip] = near + hit[:, strip]
        reach = best[:, strip]
    return best


def _count(on_line: np.ndarray) -> int:
    """Lines seen near both ends: groups of neighboring rows in one strip.

    A digit's strokes seldom reach both ends of the picture, and hardly ever two at once.
    """
    starts = (on_line & ~np.roll(on_line, 1, axis=0)).sum(axis=0)
    return int(min(starts[:ENDS].max(), starts[-ENDS:].max()))
