"""Class boxes as a reader's own: who may see them, and what one press on Train makes of them."""

from collections.abc import Callable, Collection
from pathlib import Path

from cnnlab import datasets
from cnnlab.errors import LabError
from cnnlab.lab.permission import OWNER_FILE, may_delete, sign
from cnnlab.lab.submit import start_training
from cnnlab.runs import Run
from cnnlab.schema import Settings

MOST_OWN = 8  # collections of one browser
STEPS = 600  # so many a small network needs, however few the pictures
MOST_EPOCHS = 40
BATCHES = ((100, 4), (400, 8), (1_000, 16), (1_000_000, 32))  # pictures in all, pictures a step
LEARNED = 0.72  # share of the pictures that are learned from, test and validation part taken off
# Of those tried on 8 drawings and on 30 photos a class, the best on fresh pictures: 97.5 and 76.5 %
# of two classes with one seed, where the compact ones stayed at chance.
NETWORKS = {"digit": "lenet5", "picture": "saria_final"}
AUGMENTATION = {"digit": "light_digits", "picture": "photos"}


def own_collections(keys: Collection[str]) -> list[Path]:
    """The folders of a browser's collections, the newest first.

    Args:
        keys: The browser's secrets.
    """
    signed = [one for one in datasets.list_collections() if (one / OWNER_FILE).exists()]
    return [one for one in reversed(signed) if may_delete(one, "", "", keys, "")]


def start_collection(keys: Collection[str], name: str) -> Path:
    """A new collection with two empty classes, signed by a browser.

    Raises:
        LabError: the browser has many already, or the disk refuses.
    """
    if len(own_collections(keys)) >= MOST_OWN:
        raise LabError(f"You have {MOST_OWN} collections: delete one of them first.")
    folder = datasets.new_collection()
    for _ in range(2):
        datasets.add_box(folder)
    sign(folder, name, next(iter(keys)))
    return folder


def make_dataset(
    folder: Path, way: tuple[str, int, int], progress: Callable[[int, int], None] | None = None
) -> str:
    """The own dataset of a collection as it stands; one made of just this is taken again.

    Args:
        folder: The collection's.
        way: Preparation, side and channels, as `Counted.preparation` proposes them.
        progress: Called with (pictures done, pictures in all).

    Raises:
        LabError: too few classes or pictures, or a disk that refuses.
    """
    if made := datasets.made_already(folder, *way):
        return made
    report = datasets.run_task("import-collection", folder.name, *way, progress=progress)
    return str(report["name"])


def small_training(preparation: str, pictures: int, balanced: bool) -> tuple[str, Settings]:
    """A small network for own pictures, and the settings it starts with.

    Few pictures make few steps in an epoch, so the steps are smaller and the epochs more; every
    picture is changed a little each time.

    Args:
        preparation: "digit" or "picture".
        pictures: How many there are in all.
        balanced: Whether class weights are to even out the classes' sizes.
    """
    batch = next(size for most, size in BATCHES if pictures <= most)
    steps = max(1, round(LEARNED * pictures / batch))
    settings: Settings = {
        "epochs": max(MOST_EPOCHS // 4, min(MOST_EPOCHS, -(-STEPS // steps))),
        "batch_size": batch,
        "augmentation": AUGMENTATION[preparation],
        "class_weights": "balanced" if balanced else "none",
    }
    return NETWORKS[preparation], settings


def train_collection(
    folder: Path,
    way: tuple[str, int, int],
    owner: str,
    keys: Collection[str],
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Make the dataset of a collection and start a small network on it, both a browser's own.

    Raises:
        LabError: too few classes or pictures, or a disk that refuses.
    """
    counted = datasets.count_boxes(folder)
    dataset = make_dataset(folder, way, progress)
    sign(datasets.own_folder(dataset), owner, next(iter(keys)))
    architecture, settings = small_training(way[0], counted.total, counted.uneven)
    run = start_training(architecture, dataset, settings, owner=owner)
    sign(run.path, owner, next(iter(keys)))
    return run
