"""Pictures that all have one size: an array, and how it is brought to another shape."""

import numpy as np
from PIL import Image

from cnnlab.datasets._card import Digest, Shape

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow's mode "L"
CHUNK = 512  # pictures at a time, so that float copies stay small beside the result


class ArrayPictures:
    """Pictures held as one uint8 array `(n, height, width, channels)`.

    `rows` chooses some of the array's, so that two parts may share one memory-mapped file.
    """

    def __init__(self, images: np.ndarray, rows: np.ndarray | None = None) -> None:
        self._images = images if images.ndim == 4 else images[..., None]
        self._rows = np.arange(len(images)) if rows is None else rows

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, indices: np.ndarray, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
        """Pictures at `indices` as `(n, *shape)`; every one of them can be read."""
        rows, readable = self._rows[indices], np.ones(len(indices), bool)
        if self._images.shape[1:] == tuple(shape):
            return self._images[rows], readable
        out = np.empty((len(rows), *shape), np.uint8)
        for start in range(0, len(rows), CHUNK):
            part = slice(start, start + CHUNK)
            out[part] = self._fit(self._images[rows[part]], shape)
        return out, readable

    def update(self, digest: Digest) -> None:
        """Feeds shape and pixels into the digest."""
        digest.update(str((len(self), *self._images.shape[1:])).encode())
        for start in range(0, len(self), CHUNK):
            digest.update(np.ascontiguousarray(self._images[self._rows[start : start + CHUNK]]))

    def _fit(self, images: np.ndarray, shape: Shape) -> np.ndarray:
        return fit(images, shape)


def fit(images: np.ndarray, shape: Shape) -> np.ndarray:
    """Pictures in another size and number of channels, as `cnnlab.images.fit` does one.

    Args:
        images: uint8 `(n, height, width, channels)`, channels 1 or 3.
        shape: Wanted `(height, width, channels)`.

    Returns:
        uint8 `(n, *shape)`: gray by ITU-R BT.601, cut to the wanted proportions around the
        middle, scaled by Pillow's bicubic filter (which averages when it shrinks).
    """
    height, width, channels = shape
    x = images.astype(np.float32)
    if channels == 1 and x.shape[-1] == 3:
        x = np.rint(x @ LUMA)[..., None]
    if x.shape[1:3] != (height, width):
        scale = min(x.shape[1] / height, x.shape[2] / width)
        rows = resampling(x.shape[1], height, height * scale)
        columns = resampling(x.shape[2], width, width * scale)
        # As Pillow: along the rows first, rounded to bytes before the columns follow.
        x = _bytes(x.transpose(0, 1, 3, 2) @ columns.T)  # (n, h, c, width)
        x = _bytes(x.transpose(0, 3, 2, 1) @ rows.T)  # (n, width, c, height)
        x = x.transpose(0, 3, 1, 2)
    x = x.astype(np.uint8)
    return np.repeat(x, 3, axis=-1) if channels == 3 and x.shape[-1] == 1 else x


def _bytes(x: np.ndarray) -> np.ndarray:
    """Whole numbers 0..255, still as floats."""
    np.rint(x, out=x)
    return np.clip(x, 0, 255, out=x)


def resampling(size: int, wanted: int, kept: float) -> np.ndarray:
    """The matrix `(wanted, size)` Pillow's bicubic filter applies along one axis.

    Of `size` pixels the middle `kept` become `wanted`. Resizing an identity matrix along one
    axis reads the filter out of Pillow itself; whole batches then resize as two products.
    """
    identity = Image.fromarray(np.eye(size, dtype=np.float32))
    start = (size - kept) / 2
    box = (0, start, size, start + kept)
    return np.asarray(identity.resize((size, wanted), Image.Resampling.BICUBIC, box=box))
