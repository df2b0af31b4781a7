"""CIFAR-100 with its hundred fine labels: the archive Keras uses, or Keras' cache."""

from pathlib import Path

from cnnlab.datasets._card import Layout, Parts, RemoteFile, dataset
from cnnlab.datasets._cifar import read_batches

INNER = "cifar-100-python"
WORDS = """apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus
    butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch
    crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo
    keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse
    mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy
    porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper
    snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television
    tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm"""
LABELS = tuple(WORDS.split())
LAYOUTS = (
    Layout("CIFAR-100", ("cifar-100-python.tar.gz",)),
    Layout("CIFAR-100", (f"{INNER}-target/{INNER}",)),
    Layout("CIFAR-100", (INNER,)),
)


@dataset(
    title="CIFAR-100",
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
            "cifar-100-python.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
            "sha256:85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
            169_001_437,
        ),
    ),
    layouts=LAYOUTS,
)
def cifar100(folder: Path) -> Parts:
    """60,000 color photographs of a hundred kinds of things, 32x32 pixels, 600 of each.

    CIFAR-10's harder sister: boy or man, oak or maple, only 500 pictures to learn each from.
    Networks of about a million parameters reach 70 %; guessing reaches 1 %.
    """
    for layout in LAYOUTS:
        path = folder / layout.paths[0]
        if path.exists():
            break
    source = path if path.is_file() else path.parent
    return read_batches(source, INNER, (("train",), ("test",)), "fine_labels", LABELS, "CIFAR-100")
