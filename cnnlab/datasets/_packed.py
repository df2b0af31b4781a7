"""Encoded pictures end to end in one .npz file, decoded only when asked for.

The file holds `blob` (all JPEG or PNG files, untouched), `offsets` (picture i is
`blob[offsets[i]:offsets[i + 1]]`), `labels`, and `n_train`, the length of the training part.
"""

from pathlib import Path

import numpy as np

from cnnlab.datasets._card import Parts
from cnnlab.datasets._encoded import EncodedPictures


def read_packed(path: Path, labels: tuple[str, ...], variant: str) -> Parts:
    """Both parts of a packed file; the encoded bytes stay in memory, nothing is decoded yet."""
    with np.load(path, allow_pickle=False) as arrays:
        blob, offsets = arrays["blob"], arrays["offsets"]
        y, count = arrays["labels"].astype(np.int64), int(arrays["n_train"])
    if len(offsets) != len(y) + 1 or offsets[-1] > len(blob):
        raise ValueError("its offsets do not fit its labels")
    files = _Packed(blob, offsets)
    everything = np.arange(len(y))
    return Parts(
        EncodedPictures(files, everything[:count]),
        y[:count],
        EncodedPictures(files, everything[count:]),
        y[count:],
        labels,
        variant,
    )


def count_packed(path: Path) -> tuple[int, int]:
    """How many pictures its training and test part have."""
    with np.load(path, allow_pickle=False) as arrays:
        train = int(arrays["n_train"])
        return train, len(arrays["labels"]) - train


class _Packed:
    """Reads one encoded picture of a packed file."""

    def __init__(self, blob: np.ndarray, offsets: np.ndarray) -> None:
        self._blob, self._offsets = blob, offsets

    def read(self, key: int) -> bytes:
        return self._blob[self._offsets[key] : self._offsets[key + 1]].tobytes()

    def mark(self, key: int) -> bytes:
        return self.read(key)
