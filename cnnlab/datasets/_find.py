"""Where a dataset lies, and what to do when it does not."""

import os
from dataclasses import dataclass
from pathlib import Path

from cnnlab import paths
from cnnlab.datasets._card import DATASETS, DatasetCard, Layout
from cnnlab.errors import LabError


@dataclass(frozen=True)
class Availability:
    """Whether a dataset can be read now; if not, how to get it.

    `state` is "ready", "downloadable" or "absent"; `sentence` says it to the reader.
    """

    state: str
    sentence: str
    folder: Path | None = None
    layout: Layout | None = None
    size_bytes: int = 0
    addresses: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """True when nothing has to be fetched."""
        return self.state == "ready"

    @property
    def variant(self) -> str:
        """The form that lies there, in the reader's words; empty when none does."""
        return self.layout.variant if self.layout else ""


SYSTEM = Path("/usr/share/datasets")  # where Debian's packages lay theirs: dataset-fashion-mnist


def places() -> tuple[Path, ...]:
    """Folders that are searched: the data folder, Keras' own cache, then the system's."""
    keras_home = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    return paths.data_dir(), keras_home / "datasets", SYSTEM


def available(name: str) -> Availability:
    """Looks for a dataset on disk; nothing is ever downloaded here.

    Raises:
        LabError: there is no such dataset.
    """
    card = DATASETS[name]
    found = _search(card)
    if found:
        folder, layout = found
        where = f" in {folder}" if layout.paths else ", built in"
        return Availability("ready", f"{layout.variant}: ready{where}.", folder, layout)
    if card.files:
        return Availability(
            "downloadable", absent(card), size_bytes=card.size_bytes, addresses=card.addresses
        )
    return Availability("absent", f"{card.title} is not on this machine.")


def stand_in(name: str) -> str:
    """The dataset to use where `name` is wanted: the part of it that is here if it is not."""
    if name in DATASETS and not available(name).ready:
        for card in DATASETS:
            if card.part_of and card.part_of.dataset == name and available(card.name).ready:
                return card.name
    return name


def stamp(name: str) -> str:
    """Changes when what lies on disk of a dataset changes; "" where nothing of it does.

    For whoever keeps what was made from it: the name alone stays when own pictures are deleted
    and others imported under it.
    """
    found = _search(DATASETS[name]) if name in DATASETS else None
    if not found:
        return ""
    folder, layout = found
    try:
        looks = [(folder / path).stat() for path in layout.paths]
    except OSError:  # deleted between the two looks
        return ""
    words = [f"{look.st_ino}-{look.st_mtime_ns}-{look.st_size}" for look in looks]
    return " ".join([str(folder), layout.variant, *words])


def share_of(measured: str, learned: str) -> str:
    """What part of a run's own test part was measured: "2,000 of MNIST's 10,000"; "" for all."""
    card = DATASETS[measured]
    return card.share if card.part_of and card.part_of.dataset == learned else ""


def prepared(name: str) -> str:
    """How many test pictures of a reader's own dataset their preparation changed, as a sentence.

    "" where nobody counted, or where there is no such dataset (any more).
    """
    return DATASETS[name].prepared if name in DATASETS else ""


def found_or_complain(card: DatasetCard) -> tuple[Path, Layout]:
    """Folder and form of a dataset on disk.

    Raises:
        LabError: it is not there; the sentence says what to do.
    """
    found = _search(card)
    if not found:
        raise LabError(absent(card))
    return found


def absent(card: DatasetCard) -> str:
    """One sentence that says how to get a dataset that is not on this machine."""
    names = " and ".join(file.name for file in card.files)
    parts = [one.name for one in DATASETS if one.part_of and one.part_of.dataset == card.name]
    use = f"{parts[0]} or digits, which are" if parts else "digits, which is"
    return (
        f"{card.title} is not on this machine: download it on the Datasets page ({size(card)}), "
        f"or put {names} into {paths.data_dir()}, or use {use} built in."
    )


def size(card: DatasetCard) -> str:
    """A card's download in words: "11.5 MB"."""
    megabytes = card.size_bytes / 1e6
    return f"{megabytes / 1e3:.2f} GB" if megabytes >= 1000 else f"{megabytes:.1f} MB"


def _search(card: DatasetCard) -> tuple[Path, Layout] | None:
    """The first of the card's layouts that is complete somewhere; a better form wins."""
    for layout in card.layouts:
        for folder in places():
            if all((folder / path).exists() for path in layout.paths):
                return folder, layout
    return None
