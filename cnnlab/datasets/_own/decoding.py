"""Encoded pictures of every size, decoded and brought to one shape."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cnnlab import images
from cnnlab.datasets._card import Shape
from cnnlab.datasets._own.drawings import Framed, Ground, frame, look_at_ground
from cnnlab.datasets._own.layout import Entry
from cnnlab.datasets._own.sources import File
from cnnlab.errors import DAMAGED, LabError

SIDES = (28, 32, 64, 96, 128)
MAX_ARRAY_BYTES = 512 * 2**20
CHUNK = 8
LOOKED_AT = 400  # pictures that say what all of them stand on
Progress = Callable[[int, int], None]


def checked_shape(side: int, channels: int, preparation: str, count: int) -> Shape:
    """The shape of every picture, if so many of them are bearable."""
    if side not in SIDES or channels not in (1, 3) or preparation not in ("picture", "digit"):
        raise LabError(
            f"Pictures are kept at {', '.join(map(str, SIDES))} pixels, in 1 or 3 channels, as "
            f"'picture' or 'digit'. Received: {side}, {channels}, {preparation!r}."
        )
    needed = count * side * side * channels
    if needed > MAX_ARRAY_BYTES:
        raise LabError(
            f"{count:,} pictures of {side}x{side} pixels need {needed / 2**20:.0f} MiB and the "
            f"limit is {MAX_ARRAY_BYTES // 2**20}: choose a smaller size."
        )
    return side, side, channels


@dataclass(frozen=True)
class Decoded:
    """Pictures `(n, *shape)`, uint8, black where `readable` `(n,)` is False; how many of these are
    drawings with nothing on them; what was done to drawings, counted; and which of them `(n,)` were
    changed by more than turning, cutting and centering.
    """

    x: np.ndarray
    readable: np.ndarray
    blank: int
    changes: Counter[str]
    changed: np.ndarray


def ground_of(entries: list[Entry]) -> Ground:
    """What the pictures stand on, as some of all classes say."""
    some = entries[:: max(1, len(entries) // LOOKED_AT)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda entry: _opened(entry.file), some))
    return look_at_ground([pixels for pixels in found if pixels is not None])


def decode(
    entries: list[Entry],
    shape: Shape,
    preparation: str,
    ink: images.Tone,
    progress: Progress | None,
) -> Decoded:
    """All pictures in one shape; drawings with the one ink they have."""
    x = np.zeros((len(entries), *shape), np.uint8)
    readable, changed = np.zeros((2, len(entries)), bool)

    def some(start: int) -> tuple[int, Counter[str]]:
        blank, changes = 0, Counter[str]()
        for place in range(start, min(start + CHUNK, len(entries))):
            pixels = _opened(entries[place].file)
            if pixels is None:
                continue
            made = _made(pixels, shape, preparation, ink)
            changes.update(made.notes)
            if made.x is None:
                blank += 1
            else:
                x[place], readable[place], changed[place] = made.x, True, made.changed
        return blank, changes

    blank, changes = 0, Counter[str]()
    starts = range(0, len(entries), CHUNK)
    with ThreadPoolExecutor(4) as pool:
        for number, (empty, done) in enumerate(pool.map(some, starts), 1):
            blank, changes = blank + empty, changes + done
            if progress:
                progress(min(number * CHUNK, len(entries)), len(entries))
    return Decoded(x, readable, blank, changes, changed)


def _made(pixels: np.ndarray, shape: Shape, preparation: str, ink: images.Tone) -> Framed:
    if preparation == "digit":
        return frame(pixels, shape, ink)
    return Framed(images.fit(pixels, shape[:2], channels=shape[2]))


def _opened(file: File) -> np.ndarray | None:
    """A picture's pixels; None if it is broken."""
    try:
        return images.open_picture(file.read()).pixels
    except (LabError, Image.DecompressionBombError, *DAMAGED):
        return None
