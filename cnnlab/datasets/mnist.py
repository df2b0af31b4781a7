"""MNIST, in the file Keras uses."""

from pathlib import Path

from cnnlab.datasets._card import Layout, Parts, RemoteFile, dataset
from cnnlab.datasets._npz import read_npz

DIGITS = tuple("0123456789")


@dataset(
    title="MNIST",
    family="Digits and clothes",
    source="LeCun, Cortes, Burges, 1998",
    url="http://yann.lecun.com/exdb/mnist/",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to "
        "document recognition. Proceedings of the IEEE 86(11), 1998."
    ),
    license="CC BY-SA 3.0",
    input_shape=(28, 28, 1),
    native_shape=(28, 28, 1),
    labels=DIGITS,
    train_count=60_000,
    test_count=10_000,
    preparation="digit",
    leads=True,
    files=(
        RemoteFile(
            "mnist.npz",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
            "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            11_490_434,
        ),
    ),
    layouts=(Layout("MNIST", ("mnist.npz",)),),
)
def mnist(folder: Path) -> Parts:
    """70,000 handwritten digits, 28x28 pixels, white strokes on black.

    Half was written by US Census Bureau staff, half by high school students; the test part
    comes from other writers than the training part. Each digit is scaled into a box of 20x20
    pixels and placed with its center of mass in the middle. The first dataset to try: a few
    thousand parameters reach 98 %.
    """
    return read_npz(folder / "mnist.npz", DIGITS, "MNIST")
