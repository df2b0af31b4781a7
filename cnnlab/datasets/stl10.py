"""STL-10, its labelled part: four binary files, or the archive that holds them."""

import tarfile
from pathlib import Path

import numpy as np

from cnnlab.datasets._arrays import ArrayPictures
from cnnlab.datasets._card import Layout, Parts, RemoteFile, dataset

LABELS = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")
SIDE = 96
LABELLED = tuple(f"stl10_binary/{name}.bin" for name in ("train_X", "train_y", "test_X", "test_y"))
UNPACKED = Layout("STL-10", LABELLED)
ARCHIVE = Layout("STL-10", ("stl10_binary.tar.gz",))


@dataset(
    title="STL-10",
    family="Photographs",
    source="Coates, Lee, Ng, 2011",
    url="https://cs.stanford.edu/~acoates/stl10/",
    citation=(
        "A. Coates, H. Lee, A. Ng: An Analysis of Single Layer Networks in Unsupervised Feature "
        "Learning. AISTATS, 2011."
    ),
    license="None stated by the source; its pictures come from ImageNet, for research",
    input_shape=(SIDE, SIDE, 3),
    native_shape=(SIDE, SIDE, 3),
    labels=LABELS,
    train_count=5_000,
    test_count=8_000,
    files=(
        RemoteFile(
            "stl10_binary.tar.gz",
            "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
            "sha256:f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866",
            2_640_397_119,
            unpack=LABELLED,
        ),
    ),
    layouts=(UNPACKED, ARCHIVE),
)
def stl10(folder: Path) -> Parts:
    """13,000 color photographs of ten kinds, 96x96 pixels, only 500 a class to learn from.

    Like CIFAR-10 with nine times the pixels and a tenth of the training pictures. The archive
    also holds 100,000 pictures without labels: they are downloaded with it and not kept.
    """
    paths = [folder / name for name in LABELLED]
    if all(path.exists() for path in paths):
        x_train, y_train, x_test, y_test = (np.fromfile(path, np.uint8) for path in paths)
    else:
        x_train, y_train, x_test, y_test = _from_archive(folder / ARCHIVE.paths[0])
    return Parts(
        ArrayPictures(_images(x_train)),
        _labels(y_train),
        ArrayPictures(_images(x_test)),
        _labels(y_test),
        LABELS,
        "STL-10",
    )


def _from_archive(path: Path) -> list[np.ndarray]:
    """The labelled files' bytes; reading ends before the 100,000 unlabelled pictures if it can."""
    found = {}
    with tarfile.open(path, "r|gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name in LABELLED else None
            if file is not None:
                found[member.name] = np.frombuffer(file.read(), np.uint8)
            if len(found) == len(LABELLED):
                break
    return [found[name] for name in LABELLED]


def _images(data: np.ndarray) -> np.ndarray:
    """Bytes by channel, then column, then row -> `(n, 96, 96, 3)`."""
    return np.ascontiguousarray(data.reshape(-1, 3, SIDE, SIDE).transpose(0, 3, 2, 1))


def _labels(data: np.ndarray) -> np.ndarray:
    """The source counts classes from 1."""
    return data.astype(np.int64) - 1
