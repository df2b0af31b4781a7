"""The class boxes of a collection."""

import re
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path

from cnnlab.datasets._collection.places import changing, explained, write_record
from cnnlab.errors import LabError
from cnnlab.schema import ClassBox, Collection

MOST_BOXES = 20
LABEL_LENGTH = 60


def add_box(folder: Path, label: str = "") -> str:
    """Add a class, "Class 3" where no name is given; its key.

    Raises:
        LabError: a name that is taken, too many classes, or a disk that refuses.
    """
    with changing(folder) as record:
        if len(record.boxes) >= MOST_BOXES:
            raise LabError(
                f"{MOST_BOXES} classes are what boxes hold: bring more as a zip of class folders."
            )
        number = record.made + 1
        name = _free(record, label) if label else _numbered(record)
        box = ClassBox(str(number), name)
        with explained():
            (folder / box.key).mkdir(exist_ok=True)
        write_record(folder, replace(record, boxes=(*record.boxes, box), made=number))
    return box.key


def rename_box(folder: Path, key: str, label: str) -> None:
    """Give a class another name.

    Raises:
        LabError: no name, one that is taken, a class that is gone, or a disk that refuses.
    """
    with changing(folder) as record:
        box = box_of(record, key)
        renamed = replace(box, label=_free(record, label, key))
        boxes = tuple(renamed if one.key == key else one for one in record.boxes)
        write_record(folder, replace(record, boxes=boxes))


def remove_box(folder: Path, key: str) -> None:
    """Remove a class and its pictures.

    Raises:
        LabError: a class that is gone, or a disk that refuses.
    """
    with changing(folder) as record:
        box = box_of(record, key)
        boxes = tuple(one for one in record.boxes if one.key != key)
        write_record(folder, replace(record, boxes=boxes))
        with explained():
            shutil.rmtree(folder / box.key)


def box_of(record: Collection, key: str) -> ClassBox:
    """The class of this key; `LabError` when it is gone."""
    for box in record.boxes:
        if box.key == key:
            return box
    raise LabError("This class was removed, in another tab perhaps.")


def _numbered(record: Collection) -> str:
    """ "Class 1", or the first such name that is free."""
    taken = {same(box.label) for box in record.boxes}
    numbers = (f"Class {number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbers if same(name) not in taken)


def _free(record: Collection, label: str, own: str = "") -> str:
    """A name as it is kept: what cannot be seen is left out of it, all else stays as written."""
    seen = "".join(sign for sign in label if unicodedata.category(sign)[0] != "C" or sign in "\t\n")
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", seen)).strip()[:LABEL_LENGTH].strip()
    if not name:
        raise LabError("A class needs a name: a word or two for what its pictures show.")
    for box in record.boxes:
        if box.key != own and same(box.label) == same(name):
            raise LabError(f"There is a class {box.label!r} already: take another name.")
    return name


def same(label: str) -> str:
    """What two names have in common that a reader would take for one."""
    return unicodedata.normalize("NFKC", label).casefold()
