"""A picture of handwriting -> the ink alone, bright on exactly black."""

from typing import NamedTuple

import numpy as np

from cnnlab.errors import LabError
from cnnlab.images.prepared import Step


class Ink(NamedTuple):
    """`grey` uint8 `(h, w)`, ink bright on 0; the steps and notes on how it was found."""

    grey: np.ndarray
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()


def find_ink(grey: np.ndarray, tone: str = "auto") -> Ink:
    """The ink of a drawing, scan or photo.

    A drawing that is already bright on exactly black is left as it is.
    """
    if tone not in ("auto", "dark", "light"):
        raise LabError(f"Ink is 'auto', 'dark' or 'light'. Received: {tone!r}.")
    if tone != "dark" and (grey == 0).mean() > 0.4:
        return Ink(grey)
    dark = tone == "dark" or (tone == "auto" and np.median(grey) > 127)
    notes = ("Inverted: the ink is darker than the paper, and MNIST is white on black.",)
    lit = 255 - grey if dark else grey
    base = int(np.median(lit))
    top = max(base + 1, int(np.percentile(lit, 99.5)))
    level = np.clip((lit.astype(np.float32) - base) / (top - base), 0, 1)
    level[level < 0.3] = 0
    ink = np.rint(level * 255).astype(np.uint8)
    return Ink(ink, (Step("Ink without the paper", ink),), notes if dark else ())
