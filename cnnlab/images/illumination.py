"""Uneven light out, ink in: how much darker each point is than the paper around it."""

import numpy as np
from PIL import Image, ImageFilter

GROUND_SIDE = 320  # the paper's light varies slowly: a small picture is enough to follow it
STROKE = 0.11  # the thickest stroke expected, as a share of the picture's longer side


def darkness(grey: np.ndarray) -> np.ndarray:
    """`1 - grey / paper`, 0 where there is only paper: `(h, w)` float32 in 0..1.

    The paper's brightness is the closing of the picture (Serra, 1982): a maximum filter wider
    than any stroke, then a minimum filter as wide, so that ink vanishes and shadows stay.
    """
    image = Image.fromarray(grey).filter(ImageFilter.GaussianBlur(0.7))
    small = image.copy()
    small.thumbnail((GROUND_SIDE, GROUND_SIDE), Image.Resampling.BOX)
    reach = max(2, round(max(small.size) * STROKE))
    paper = Image.fromarray(_closing(np.asarray(small), reach))
    paper = paper.filter(ImageFilter.GaussianBlur(2)).resize(image.size, Image.Resampling.BILINEAR)
    levels = np.asarray(image, np.float32) / np.maximum(np.asarray(paper, np.float32), 8)
    return np.clip(1 - levels, 0, 1)


def is_dark_on_light(grey: np.ndarray) -> bool:
    """Whether the strokes are darker than what surrounds them.

    Strokes cover less than half of any large window, so its median is the ground; what stands
    out from it, counted by weight, is ink. Places where the ground itself changes, such as the
    edge of the paper, do not count. Without any evidence it is ink on paper, as most are.
    """
    small = Image.fromarray(grey)
    small.thumbnail((128, 128), Image.Resampling.BOX)
    levels = np.asarray(small, np.float32)
    window = max(3, min(small.size) // 4) | 1
    ground = np.asarray(small.filter(ImageFilter.MedianFilter(window)), np.float32)
    steady = spread(ground, window // 2, np.maximum) - spread(ground, window // 2, np.minimum)
    gap = np.where(steady < 0.3 * np.ptp(levels), levels - ground, 0)
    strong = np.abs(gap) > max(8.0, 0.35 * float(np.abs(gap).max()))
    return float(gap[strong].sum()) <= 0


def _closing(levels: np.ndarray, reach: int) -> np.ndarray:
    return spread(spread(levels, reach, np.maximum), reach, np.minimum)


def spread(levels: np.ndarray, reach: int, better: np.ufunc = np.maximum) -> np.ndarray:
    """The best value within `reach` pixels in a square, by doubling steps on each axis."""
    for axis in (0, 1):
        padded = np.pad(levels, [(reach, reach) if a == axis else (0, 0) for a in (0, 1)], "edge")
        done, whole = 1, 2 * reach + 1
        while done < whole:
            step = min(done, whole - done)
            length = padded.shape[axis] - step
            padded = better(
                padded.take(range(length), axis), padded.take(range(step, length + step), axis)
            )
            done += step
        levels = padded
    return levels
