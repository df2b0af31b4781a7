"""Uneven light out, ink in: how much darker each point is than the paper around it."""

import numpy as np
from PIL import Image, ImageFilter

GROUND_SIDE = 240  # the paper's light varies slowly: a small picture is enough to follow it
STROKE = 0.14  # half the thickest stroke expected, as a share of the picture's longer side
RIM = 0.3  # bare paper put on each side, so that strokes at the border have paper around them
SURFACE_SIDE = 48
ABOVE = 0.95  # how much a point above the surface of light counts; one below, a twentieth


def darkness(grey: np.ndarray) -> np.ndarray:
    """`1 - grey / paper`, 0 where there is only paper: `(h, w)` float32 in 0..1.

    First a smooth surface through the paper is divided out. Then the paper's brightness is the
    closing of what is left (Serra, 1982): a maximum filter wider than any stroke, then a minimum
    filter as wide, so that ink vanishes and shadows stay. Before that the picture gets a rim of
    bare paper, for a digit may reach its border.
    """
    image = Image.fromarray(grey).filter(ImageFilter.GaussianBlur(0.7))
    small = image.copy()
    small.thumbnail((GROUND_SIDE, GROUND_SIDE), Image.Resampling.BOX)
    levels = np.asarray(small, np.float32)
    light = _surface(levels)
    paper = np.clip(np.rint(light * _closed(levels / light)), 0, 255).astype(np.uint8)
    soft = Image.fromarray(paper).filter(ImageFilter.GaussianBlur(2))
    whole = np.asarray(soft.resize(image.size, Image.Resampling.BILINEAR), np.float32)
    flat = np.asarray(image, np.float32) / np.maximum(whole, 8)
    return np.clip(1 - flat, 0, 1)


def _surface(levels: np.ndarray) -> np.ndarray:
    """A second-order surface that lies on the paper: `(h, w)` float32, at least 8.

    Asymmetric least squares (Newey and Powell, 1987): what is darker than the surface, ink and
    shadows, hardly counts.
    """
    image = Image.fromarray(levels)
    image.thumbnail((SURFACE_SIDE, SURFACE_SIDE), Image.Resampling.BOX)
    values = np.asarray(image, np.float64)
    terms = _terms(values.shape).reshape(-1, 6)
    weights = np.ones(values.size)
    for _ in range(6):
        # By its six equations, of which a tiny picture leaves some open: a solver for all points
        # at once takes 20 times as long.
        weighed = terms.T * weights
        found = np.linalg.pinv(weighed @ terms, hermitian=True) @ (weighed @ values.ravel())
        weights = np.where(values.ravel() > terms @ found, ABOVE, 1 - ABOVE)
    surface = _terms(levels.shape) @ found
    return np.clip(surface, max(8.0, 0.25 * float(values.max())), 255).astype(np.float32)


def _terms(shape: tuple[int, ...]) -> np.ndarray:
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _closed(flat: np.ndarray) -> np.ndarray:
    """The closing of `flat`, paper 1, with a rim of paper."""
    side = max(flat.shape)
    rim, reach = round(RIM * side), max(2, round(STROKE * side))
    wide = spread(spread(np.pad(flat, rim, constant_values=1), reach), reach, np.minimum)
    return wide[rim : rim + flat.shape[0], rim : rim + flat.shape[1]]


def spread(levels: np.ndarray, reach: int, better: np.ufunc = np.maximum) -> np.ndarray:
    """The best of `levels` `(h, w)` within `reach` pixels in a square, by doubling steps."""
    for _ in range(2):  # along the rows, and turned, along the columns
        padded = np.pad(levels, [(reach, reach), (0, 0)], "edge")
        done, whole = 1, 2 * reach + 1
        while done < whole:
            step = min(done, whole - done)
            padded = better(padded[:-step], padded[step:])
            done += step
        levels = np.ascontiguousarray(padded.T)
    return levels
