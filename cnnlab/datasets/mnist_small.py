"""A small part of MNIST that comes with the lab, so that it works without a network."""

from pathlib import Path

from cnnlab.datasets._card import Layout, Parts, Whole, dataset
from cnnlab.datasets._small import COUNTS, PACKED, read_small
from cnnlab.datasets.mnist import DIGITS

FILE = PACKED / "mnist_small.npz"


@dataset(
    title="MNIST (small part)",
    family="Digits and clothes",
    source="LeCun, Cortes, Burges, 1998",
    url="http://yann.lecun.com/exdb/mnist/",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to "
        "document recognition. Proceedings of the IEEE 86(11), 1998. A part of it, chosen by CNN "
        "Lab."
    ),
    license="CC BY-SA 3.0",
    input_shape=(28, 28, 1),
    native_shape=(28, 28, 1),
    labels=DIGITS,
    train_count=COUNTS["train"] + COUNTS["validation"],
    test_count=COUNTS["test"],
    preparation="digit",
    layouts=(Layout("MNIST (small part)", ()),),
    part_of=Whole(
        dataset="mnist",
        title="MNIST",
        fingerprint="f9f06a0dd76ba0dd234d7126d2a7a40257f9e97a61831ac2811f3450d6b90d4a",
        train_count=60_000,
        test_count=10_000,
    ),
)
def mnist_small(folder: Path) -> Parts:
    """10,000 of MNIST's 60,000 training digits and 2,000 of its 10,000 test digits; built in.

    A seeded choice, every class in MNIST's own proportion, each part cut from the same part of
    MNIST. A network that learned from all of MNIST may be tested on its 2,000 test digits, which
    it never saw; the figure is then that of 2,000 digits, and its interval twice as wide. Its
    training digits are MNIST's as well: to such a network they are not new.
    """
    return read_small(FILE, DIGITS, "MNIST (small part)")
