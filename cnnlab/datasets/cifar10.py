"""CIFAR-10: the archive Keras uses, Keras' cache, or packed files."""

from pathlib import Path

from cnnlab.datasets._card import Layout, Parts, RemoteFile, dataset
from cnnlab.datasets._cifar import read_batches
from cnnlab.datasets._npz import read_npz
from cnnlab.datasets._packed import read_packed

LABELS = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
INNER = "cifar-10-batches-py"
BATCHES = (tuple(f"data_batch_{number}" for number in range(1, 6)), ("test_batch",))
ARCHIVE = Layout("CIFAR-10", ("cifar-10-python.tar.gz",))
KERAS = Layout("CIFAR-10", (f"{INNER}-target/{INNER}",))
UNPACKED = Layout("CIFAR-10", (INNER,))
JPEG = Layout("CIFAR-10, JPEG quality 75", ("cifar10_jpeg.npz",))
SUBSET = Layout("CIFAR-10, lossless subset", ("cifar10_lossless_subset.npz",))


@dataset(
    title="CIFAR-10",
    family="Photographs",
    source="Krizhevsky, 2009",
    url="https://www.cs.toronto.edu/~kriz/cifar.html",
    citation=(
        "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical "
        "report, University of Toronto, 2009."
    ),
    license="None stated by the source; it asks to cite the report",
    input_shape=(32, 32, 3),
    native_shape=(32, 32, 3),
    labels=LABELS,
    train_count=50_000,
    test_count=10_000,
    files=(
        RemoteFile(
            "cifar-10-python.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
            "sha256:6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
            170_498_071,
        ),
    ),
    layouts=(ARCHIVE, KERAS, UNPACKED, JPEG, SUBSET),
)
def cifar10(folder: Path) -> Parts:
    """60,000 color photographs of ten kinds of animals and vehicles, 32x32 pixels.

    The classic test of compact networks: a car is easy, a cat is hard to tell from a dog at
    this size. People reach 94 %; 100,000 parameters reach about 80 %. A few of its labels are
    known to be wrong.

    Where the original archive is not at hand, two packed files are read as well, and every
    result says so: all pictures as JPEG of quality 75, or a lossless subset of 8,152 training
    and 1,017 test pictures. Accuracies on these are not those of the original.
    """
    for layout in (ARCHIVE, KERAS, UNPACKED):
        path = folder / layout.paths[0]
        if path.exists():
            source = path if path.is_file() else path.parent
            return read_batches(source, INNER, BATCHES, "labels", LABELS, layout.variant)
    if (folder / JPEG.paths[0]).exists():
        return read_packed(folder / JPEG.paths[0], LABELS, JPEG.variant)
    return read_npz(folder / SUBSET.paths[0], LABELS, SUBSET.variant)
