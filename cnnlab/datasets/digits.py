"""The digits scikit-learn carries: the embedded default, nothing to download."""

import gzip
import importlib.util
from pathlib import Path

import numpy as np

from cnnlab.datasets import _split
from cnnlab.datasets._arrays import ArrayPictures, fit
from cnnlab.datasets._card import Layout, Parts, Shape, dataset
from cnnlab.errors import LabError
from cnnlab.images import frame_digits

SIDE = 28
TEST_FRACTION = 0.2


class SmallDigits(ArrayPictures):
    """8x8 scans that grow in MNIST's manner, so that every MNIST network can read them."""

    def _fit(self, images: np.ndarray, shape: Shape) -> np.ndarray:
        height, width, _ = shape
        size = height if height == width else SIDE
        return fit(frame_digits(images[..., 0], size)[..., None], shape)


@dataset(
    title="Digits",
    family="Digits and clothes",
    source="Alpaydin and Kaynak, 1998",
    url="https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    citation=(
        "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine "
        "Learning Repository, 1998. The copy that comes with scikit-learn."
    ),
    license="CC BY 4.0",
    input_shape=(28, 28, 1),
    native_shape=(8, 8, 1),
    labels=tuple("0123456789"),
    train_count=1_438,
    test_count=359,
    split_here=True,
    preparation="digit",
    layouts=(Layout("Digits", ()),),
)
def digits(folder: Path) -> Parts:
    """1,797 scans of digits by 13 people, 8x8 pixels; built in, nothing to download.

    Real handwriting, and small enough that a network learns it in seconds. For networks made
    for MNIST each scan is enlarged to MNIST's 20-pixel box and centered by mass in 28x28
    pixels. A fifth of each class is the test part.
    """
    table = _table()
    images = np.rint(table[:, :-1] * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    labels = table[:, -1].astype(np.int64)
    train, test = _split.hold_out(labels, TEST_FRACTION)
    return Parts(
        SmallDigits(images[train]),
        labels[train],
        SmallDigits(images[test]),
        labels[test],
        tuple("0123456789"),
        "Digits",
    )


def _table() -> np.ndarray:
    """scikit-learn's file, 64 pixels of 0..16 and the digit a row; its import would cost 90 MiB."""
    package = importlib.util.find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        raise LabError("The digits come with scikit-learn: install it (pip install scikit-learn).")
    path = Path(package.submodule_search_locations[0]) / "datasets" / "data" / "digits.csv.gz"
    with gzip.open(path, "rt") as text:
        return np.loadtxt(text, delimiter=",", dtype=np.float32)
