"""Pictures kept as JPEG or PNG files, decoded on several threads when asked for."""

import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
from PIL import Image

from cnnlab import images
from cnnlab.datasets._card import Digest, Shape
from cnnlab.errors import DAMAGED, LabError
from cnnlab.images.read import FORMATS, MAX_PIXELS

CHUNK = 64  # pictures a thread decodes before it takes the next


class Files(Protocol):
    """Where encoded pictures come from. `read` may be called from several threads."""

    def read(self, key: Any) -> bytes:
        """The encoded picture."""
        ...

    def mark(self, key: Any) -> bytes:
        """Bytes that tell this picture from every other: the file itself, or its checksum."""
        ...


class EncodedPictures:
    """Pictures that stay encoded until they are taken, so that memory holds only what is used."""

    def __init__(self, files: Files, keys: Sequence[Any] | np.ndarray) -> None:
        self._files, self._keys = files, keys

    def __len__(self) -> int:
        return len(self._keys)

    def take(self, indices: np.ndarray, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
        """Pictures at `indices` as `(n, *shape)`; one that cannot be read stays black."""
        out = np.zeros((len(indices), *shape), np.uint8)
        readable = np.zeros(len(indices), bool)

        def some(start: int) -> None:
            for place in range(start, min(start + CHUNK, len(indices))):
                picture = decode(self._files.read(self._keys[indices[place]]), shape)
                if picture is not None:
                    out[place], readable[place] = picture, True

        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            list(pool.map(some, range(0, len(indices), CHUNK)))
        return out, readable

    def update(self, digest: Digest) -> None:
        """Feeds each picture's mark into the digest."""
        for key in self._keys:
            digest.update(self._files.mark(key))


def decode(data: bytes, shape: Shape) -> np.ndarray | None:
    """An encoded picture cut to the middle and scaled to `shape`, uint8; None if it is broken."""
    try:
        pixels = _plain_jpeg(data, shape)
        if pixels is None:
            pixels = images.open_picture(data).pixels
        elif pixels.shape == shape:
            return pixels
        return images.fit(pixels, shape[:2], channels=shape[2])
    except (LabError, Image.DecompressionBombError, *DAMAGED):
        return None


def _plain_jpeg(data: bytes, shape: Shape) -> np.ndarray | None:
    """An everyday JPEG, decoded at a fraction of its size where `shape` allows; else None.

    Twice the wanted size is kept, so that scaling down still averages.
    """
    image = Image.open(io.BytesIO(data), formats=("JPEG", *FORMATS))
    plain = image.format == "JPEG" and image.mode in ("L", "RGB") and "exif" not in image.info
    if not plain or image.width * image.height > MAX_PIXELS:
        return None
    image.draft(None, (2 * shape[1], 2 * shape[0]))
    return np.asarray(image)
