"""Fashion-MNIST: four gzipped IDX files, or one .npz in Keras' layout."""

import gzip
from pathlib import Path

import numpy as np

from cnnlab.datasets._arrays import ArrayPictures
from cnnlab.datasets._card import Layout, Parts, RemoteFile, dataset
from cnnlab.datasets._npz import read_npz

BASE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
LABELS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
FILES = tuple(
    RemoteFile(f"fashion-mnist/{name}", BASE + name, f"sha256:{checksum}", size_bytes)
    for name, checksum, size_bytes in (
        (
            "train-images-idx3-ubyte.gz",
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            26_421_880,
        ),
        (
            "train-labels-idx1-ubyte.gz",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            29_515,
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            4_422_102,
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            5_148,
        ),
    )
)


@dataset(
    title="Fashion-MNIST",
    family="Digits and clothes",
    source="Xiao, Rasul, Vollgraf, 2017",
    url="https://github.com/zalandoresearch/fashion-mnist",
    citation=(
        "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking "
        "Machine Learning Algorithms. arXiv:1708.07747, 2017."
    ),
    license="MIT",
    input_shape=(28, 28, 1),
    native_shape=(28, 28, 1),
    labels=LABELS,
    train_count=60_000,
    test_count=10_000,
    files=FILES,
    layouts=(
        Layout("Fashion-MNIST", tuple(file.name for file in FILES)),
        Layout("Fashion-MNIST", ("fashion_mnist.npz",)),
    ),
)
def fashion_mnist(folder: Path) -> Parts:
    """70,000 pictures of clothes from a shop's catalog, 28x28 gray pixels, ten kinds.

    Made to replace MNIST where MNIST has become too easy: same size, same counts, but shirts
    look like coats and pullovers. Where MNIST ends at 99 %, compact networks end near 92 %.
    """
    paths = [folder / file.name for file in FILES]
    if not all(path.exists() for path in paths):
        return read_npz(folder / "fashion_mnist.npz", LABELS, "Fashion-MNIST")
    x_train, y_train, x_test, y_test = map(read_idx, paths)
    return Parts(
        ArrayPictures(x_train),
        y_train.astype(np.int64),
        ArrayPictures(x_test),
        y_test.astype(np.int64),
        LABELS,
        "Fashion-MNIST",
    )


def read_idx(path: Path) -> np.ndarray:
    """A gzipped IDX file of bytes: two zeros, type 8, the number of axes, each axis' length.

    Raises:
        ValueError: another type, or fewer bytes than the axes promise.
    """
    with gzip.open(path) as stream:
        data = stream.read()
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path.name} is not an IDX file of bytes")
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape.astype(int))
