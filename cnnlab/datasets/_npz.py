"""Keras' own layout: `x_train`, `y_train`, `x_test`, `y_test` in one .npz file."""

from pathlib import Path

import numpy as np

from cnnlab.datasets._arrays import ArrayPictures
from cnnlab.datasets._card import Parts


def read_npz(path: Path, labels: tuple[str, ...], variant: str) -> Parts:
    """The four arrays of one .npz file as parts; labels come as `(n,)` or `(n, 1)`."""
    with np.load(path, allow_pickle=False) as arrays:
        x_train, y_train = arrays["x_train"], arrays["y_train"]
        x_test, y_test = arrays["x_test"], arrays["y_test"]
    return Parts(
        ArrayPictures(x_train),
        y_train.reshape(-1).astype(np.int64),
        ArrayPictures(x_test),
        y_test.reshape(-1).astype(np.int64),
        labels,
        variant,
    )
