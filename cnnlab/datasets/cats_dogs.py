"""Cats and dogs: Microsoft's download as zip or folder, or a packed file of small pictures."""

import re
from pathlib import Path

from cnnlab.datasets._card import Layout, Parts, RemoteFile, dataset
from cnnlab.datasets._folders import read_folders
from cnnlab.datasets._packed import count_packed, read_packed

LABELS = ("cat", "dog")
ZIP = Layout("Cats and Dogs", ("kagglecatsanddogs_5340.zip",))
FOLDER = Layout("Cats and Dogs", ("PetImages",))
PACKED = Layout(
    "Cats and Dogs, 3,998 pictures of 128x128 pixels", ("cats_dogs_128.npz",), count_packed
)


@dataset(
    title="Cats and Dogs",
    family="Photographs",
    source="Elson, Douceur, Howell, Saul, 2007",
    url="https://www.microsoft.com/en-us/download/details.aspx?id=54765",
    citation=(
        "J. Elson, J. Douceur, J. Howell, J. Saul: Asirra: A CAPTCHA that Exploits "
        "Interest-Aligned Manual Image Categorization. ACM CCS, 2007."
    ),
    license="Microsoft's own terms on the download page; research use",
    input_shape=(100, 100, 1),
    native_shape=None,
    labels=LABELS,
    train_count=20_000,
    test_count=5_000,
    split_here=True,
    files=(
        RemoteFile(
            "kagglecatsanddogs_5340.zip",
            "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
            "kagglecatsanddogs_5340.zip",
            "sha256:b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
            824_887_076,
        ),
    ),
    layouts=(ZIP, FOLDER, PACKED),
)
def cats_dogs(folder: Path) -> Parts:
    """25,000 photographs of cats and dogs from animal shelters, of every size and pose.

    Two classes, so guessing already reaches 50 %. Used here in gray at 100x100 pixels, as in
    the comparison of a small network with a large one this lab rebuilds; color is a choice.
    The middle of each photograph is taken. A few files of the download are broken: they are
    left out and counted. The source names no test part: a fifth of each class is kept apart.

    A packed file of 3,998 pictures of 128x128 pixels is read as well; results then say so.
    """
    for layout in (ZIP, FOLDER):
        path = folder / layout.paths[0]
        if path.exists():
            pattern = r"(Cat|Dog)/\d+\.jpg$"
            return read_folders(path, pattern, _label, LABELS, layout.variant)
    return read_packed(folder / PACKED.paths[0], LABELS, PACKED.variant)


def _label(match: re.Match[str]) -> int:
    return LABELS.index(match[1].lower())
