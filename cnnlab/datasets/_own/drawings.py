"""Drawings: dark or light ink, decided once for all of them; and each one framed as MNIST's are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from cnnlab import images
from cnnlab.datasets._card import Shape
from cnnlab.images import Tone

CORNER = 0.12  # share of each side that is a corner
CLEAR = 24  # gray levels between corners and the whole that say which is ground
AGREED = 0.75  # share of the clear ones that must agree
DRAWN = 0.6  # share of pictures on a plain ground from which they count as drawings
PLAIN = 0.3  # share of a picture that its plain ground takes at least
EDGES = 0.12  # of all its ink: what the edges of one digit may differ by
EVEN = 12  # gray levels that a plain ground may vary


@dataclass(frozen=True)
class Ground:
    """What pictures stand on.

    `ink` is "dark" or "light", "auto" where they differ; `dark` and `light` count the pictures
    that clearly have such ink, `plain` those of them on a ground of one tone, `seen` all.
    """

    ink: Tone
    dark: int
    light: int
    plain: int
    seen: int

    @property
    def tone(self) -> Literal["", "light", "dark"]:
        """ "light" or "dark" where the pictures are drawings on such a ground, else ""."""
        if self.ink == "auto" or self.plain < DRAWN * self.seen:
            return ""
        return "light" if self.ink == "dark" else "dark"


def look_at_ground(pictures: Sequence[np.ndarray]) -> Ground:
    """Which ink pictures have, by their corners: there is ground, even where ink touches the edge.

    One picture may mislead, all together hardly do.

    Args:
        pictures: uint8, `(h, w)` or `(h, w, 3)` each.
    """
    seen = [_corners(_gray(picture)) for picture in pictures]
    dark = sum(gap > CLEAR for gap, _ in seen)
    light = sum(gap < -CLEAR for gap, _ in seen)
    plain = sum(abs(gap) > CLEAR and even for gap, even in seen)
    ink: Tone = "auto"
    if max(dark, light) >= AGREED * (dark + light) > 0:
        ink = "dark" if dark > light else "light"
    return Ground(ink, dark, light, plain, len(seen))


def _corners(gray: np.ndarray) -> tuple[float, bool]:
    """How much lighter the corners are than the strongest contrast's middle, and whether even."""
    height, width = (max(1, round(side * CORNER)) for side in gray.shape)
    rows, columns = (
        (slice(None, height), slice(-height, None)),
        (slice(None, width), slice(-width, None)),
    )
    levels = np.concatenate([gray[r, c].ravel() for r in rows for c in columns]).astype(float)
    ground = float(np.median(levels))
    low, high = np.percentile(gray, [1, 99])
    even = float(np.percentile(np.abs(levels - ground), 75)) <= EVEN
    return ground - (float(low) + float(high)) / 2, even


def _gray(picture: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(picture).convert("L"))


@dataclass(frozen=True)
class Framed:
    """A drawing as MNIST would have stored it, and what was done to it.

    Attributes:
        x: uint8 of the dataset's shape; None where nothing is drawn.
        notes: Sentences on what was done.
        changed: Whether more was done than to turn, cut and center it.
    """

    x: np.ndarray | None
    notes: tuple[str, ...] = ()
    changed: bool = False


def frame(picture: np.ndarray, shape: Shape, ink: Tone) -> Framed:
    """One drawing as MNIST would have stored it.

    Ink on a plain ground is taken as it is; only what is no plain ground goes through the search
    for ink on paper, which may take a stroke for a line or the edge of the sheet.
    """
    gray = _gray(picture)
    strokes = _on_plain_ground(gray, ink)
    if strokes is None:
        prepared = images.prepare(picture, shape, "digit", ink=ink)
    else:
        prepared = images.prepare_digit(strokes, shape)
    if prepared.blank:
        return Framed(None)
    changed = strokes is None and _is_changed(gray, prepared, shape)
    x = np.rint(prepared.network_input * 255).astype(np.uint8)
    return Framed(x, prepared.notes, changed)


def _is_changed(gray: np.ndarray, prepared: images.Prepared, shape: Shape) -> bool:
    """Whether the same picture, turned and centered alone, would be seen otherwise."""
    if prepared.facts.get("as_mnist"):
        return False
    turned = 255 - gray if prepared.facts.get("ink") == "dark" else gray
    plain = images.prepare_digit(turned, shape).network_input
    return float(np.abs(plain - prepared.network_input).sum()) > EDGES * float(plain.sum())


def _on_plain_ground(gray: np.ndarray, ink: Tone) -> np.ndarray | None:
    """The ink, bright on 0, stretched to full contrast; None where the ground is not plain."""
    if ink == "auto":
        return None
    darker = 255 - gray if ink == "dark" else gray  # ink is bright now
    ground = float(np.percentile(darker, 100 * PLAIN / 2))
    strokes = darker.astype(np.float32) - ground
    strokes[strokes <= EVEN] = 0
    if (strokes == 0).mean() < PLAIN or not strokes.any():
        return None
    top = float(np.percentile(strokes[strokes > 0], 95))
    return np.clip(np.rint(strokes * (255 / top)), 0, 255).astype(np.uint8)
