"""What preparation leaves behind: the network's input and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

Array = np.ndarray  # what pages hand on and never compute with
Fact = str | int | float | bool | tuple[int, ...]


class Step(NamedTuple):
    """One stage on the way: what was done, and the uint8 picture it left."""

    caption: str
    picture: np.ndarray


@dataclass(frozen=True)
class Prepared:
    """A picture as one network sees it.

    Attributes:
        network_input: `(height, width, channels)`, float32 in 0..1.
        steps: The stages from the picture to the input, first to last.
        notes: Sentences for the reader, such as why the picture was inverted.
        doubts: Sentences on why the input may not show what the reader meant.
        facts: What was done, for programs: the ink's tone, the cut, the scale, the lines removed.
        blank: True where nothing is drawn; a prediction would mean nothing then.
    """

    network_input: np.ndarray
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    blank: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def picture(self) -> np.ndarray:
        """The network's input for the eye: uint8, `(h, w)` grey or `(h, w, 3)` color."""
        pixels = np.rint(self.network_input * 255).astype(np.uint8)
        return pixels[..., 0] if pixels.shape[-1] == 1 else pixels
