"""What every file of a source is: a picture with its class and part, or set aside, or no picture.

The class comes from the folders, else from a table, else from the files' names. Nothing gets
lost without a word: whatever is no picture of a class is counted in a note.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from cnnlab.datasets._own import contents, folders, roles
from cnnlab.datasets._own.amounts import pictures as amount
from cnnlab.datasets._own.file_names import read_names
from cnnlab.datasets._own.folders import MASK, Placed
from cnnlab.datasets._own.labels import names_for
from cnnlab.datasets._own.roles import TEST, UNLABELED, VALIDATION
from cnnlab.datasets._own.sources import File, Source
from cnnlab.datasets._own.tables import Read, read_tables
from cnnlab.datasets._own.tree import grow
from cnnlab.errors import LabError

_HOW = (
    "put the pictures of each class into a folder with the class's name, name them like "
    "cat.1.jpg, or add a table labels.csv with the columns filename and label."
)


@dataclass(frozen=True)
class Entry:
    """One picture to import: its file, its class as the reader sees it, and its part.

    `part` is "train", "validation" or "test" where the source says so, else "".
    """

    file: File
    label: str
    part: str


@dataclass(frozen=True)
class Layout:
    """`entries` in the order of class and path; `set_aside` counts pictures without a class;
    `others` counts files that are no pictures; `notes` are sentences for the reader.
    """

    entries: list[Entry]
    set_aside: int
    others: int
    notes: tuple[str, ...]


def lay_out(source: Source) -> Layout:
    """Sorts a source's files.

    Raises:
        LabError: no picture has a class.
    """
    pictures, others, notes = _sorted_by_kind(source.files)
    placed, how = _labeled(pictures, others)
    notes = [*source.notes, *how, *notes, *_empty(source, placed)]
    names = names_for({one.label for one in placed if one.label and not one.aside})
    used = [one for one in placed if one.label and not one.aside and one.part != UNLABELED]
    if not used:
        raise LabError(" ".join([*notes, _why_none(pictures)]))
    rank = {label: number for number, label in enumerate(names)}
    used.sort(key=lambda one: (rank[one.label], _natural(one.file)))
    entries = [Entry(one.file, names[one.label], one.part) for one in used]
    kept = {id(one.file) for one in used}
    aside = [one for one in placed if id(one.file) not in kept]
    return Layout(entries, len(aside), len(others), (*notes, *_aside_notes(aside)))


def _sorted_by_kind(files: list[File]) -> tuple[list[File], list[File], list[str]]:
    """Pictures, other files, and a word on photos of a kind that is not read."""
    pictures, others, heic = [], [], 0
    for file in files:
        named = contents.suffix(file.path[-1]) in contents.SUFFIXES
        head = b"" if named else file.head()
        if named or contents.is_picture(head):
            pictures.append(file)
        else:
            others.append(file)
            heic += contents.is_heic(head)
    note = f"{heic:,} HEIC photos were left out, which are not read here: save them as JPEG."
    return pictures, others, [note] if heic else []


def _labeled(pictures: list[File], others: list[File]) -> tuple[list[Placed], list[str]]:
    """Every picture with class and part, and where the classes were found."""
    placed = _masks_by_name(folders.place(grow(pictures)))
    known = folders.training_classes(placed)
    tables, damaged = read_tables(others, [one.file for one in placed if not one.aside])
    if len(known) > 1 and not (_say_nothing(known) and _covers(tables, placed)):
        return _completed(placed, tables, known), damaged
    for table in tables:
        if len(set(table.labels.values())) > 1:
            notes = [*damaged, f"Classes were read from {table.name}."]
            if table.double:
                notes.append(f"{amount(table.double, 'have')} several labels in {table.name}.")
            return _by_table(placed, tables), notes
    free = [one.file for one in placed if not one.aside and one.part != UNLABELED]
    if label_of := read_names(free):
        placed = [replace(one, label=label_of.get(one.file.path, "")) for one in placed]
        return placed, [*damaged, "Classes were read from the names of the files."]
    return placed, damaged


def _completed(placed: list[Placed], tables: list[Read], known: set[str]) -> list[Placed]:
    """Pictures of a test part without class folders, by a table that names the same classes."""
    label_of = {path: label for table in tables for path, label in table.labels.items()}
    return [
        replace(one, label=label)
        if not one.label
        and one.part in (VALIDATION, TEST)
        and (label := label_of.get(one.file.path, "")) in known
        else one
        for one in placed
    ]


def _say_nothing(known: set[str]) -> bool:
    """Whether folders' names are no classes: "images", or the first letter of a checksum."""
    return all(
        roles.is_images(label) or roles.is_extra(label) or re.fullmatch(r"[0-9a-f]{1,2}", label)
        for label in known
    )


def _covers(tables: list[Read], placed: list[Placed]) -> bool:
    """Whether a table names a class for nearly every picture, and other classes than folders do."""
    if not tables:
        return False
    labels, paths = tables[0].labels, [one for one in placed if one.label and not one.aside]
    named = [(one.label, labels[one.file.path]) for one in paths if one.file.path in labels]
    pairs = set(named)
    refines = len(pairs) == len({folder for folder, _ in pairs})
    return len(named) >= 0.9 * len(paths) and not refines


def _by_table(placed: list[Placed], tables: list[Read]) -> list[Placed]:
    """Classes by the tables; the first one that names a picture counts."""
    labels: dict[tuple[str, ...], str] = {}
    parts: dict[tuple[str, ...], str] = {}
    for table in reversed(tables):
        labels |= table.labels
        parts |= table.parts
    found = [replace(one, label=labels.get(one.file.path, "")) for one in placed]
    split = {one.file.path for one in found if one.label and parts.get(one.file.path)}
    return [
        replace(one, part=parts[one.file.path]) if one.file.path in split and not one.part else one
        for one in found
    ]


def _masks_by_name(placed: list[Placed]) -> list[Placed]:
    """Sets "cat_1_mask.png" aside where "cat_1.png" lies beside it."""
    there = {(one.file.path[:-1], _stem(one.file)) for one in placed}

    def is_mask(one: Placed) -> bool:
        match = re.fullmatch(
            r"(.+?)[_\- ]+(mask|seg|segmentation|gt|label)s?([_\-]?\d+)?",
            _stem(one.file),
            re.IGNORECASE,
        )
        return match is not None and (one.file.path[:-1], match[1].strip()) in there

    return [replace(one, aside=MASK) if not one.aside and is_mask(one) else one for one in placed]


def _stem(file: File) -> str:
    return file.path[-1].rpartition(".")[0] or file.path[-1]


def _natural(file: File) -> tuple[tuple[str, ...], list[tuple[int, str]]]:
    """Sorts 2.jpg before 10.jpg."""
    pieces = re.split(r"(\d+)", file.path[-1])
    return file.path[:-1], [(int(p), "") if p.isdecimal() else (-1, p) for p in pieces]


def _why_none(pictures: list[File]) -> str:
    if not pictures:
        return f"There is no picture in a subfolder that can be read here; {_HOW}"
    if all(len(file.path) == 1 for file in pictures):
        return f"There is no picture in a subfolder; {_HOW}"
    example = "/".join(pictures[0].path)
    return f"Nothing says what the {len(pictures):,} pictures show ({example}); {_HOW}"


def _aside_notes(aside: list[Placed]) -> list[str]:
    """One sentence for each reason why pictures are set aside."""
    masks = sum(one.aside == MASK for one in aside)
    notes = [f"{amount(masks, 'were', 'mask')} set aside: no class."] if masks else []
    extras = Counter(one.aside for one in aside if one.aside and one.aside != MASK)
    notes += [
        f"{amount(count)} in {name!r} set aside: it is neither a part nor a class."
        for name, count in extras.items()
    ]
    unknown = Counter((one.part, one.untaught) for one in aside if one.untaught)
    notes += [
        f"{amount(count, 'were', f'{part} picture')} set aside: they show {name!r}, and nothing to "
        "learn from does."
        for (part, name), count in unknown.items()
    ]
    parts = Counter(one.part for one in aside if not one.aside and not one.untaught)
    for part, count in parts.items():
        which = "" if part in ("", UNLABELED) else f"{part} "
        unlabeled = amount(count, "were", f"unlabeled {which}picture")
        notes.append(f"{unlabeled} set aside: nothing says their class.")
    return notes


def _empty(source: Source, placed: list[Placed]) -> list[str]:
    """A word on folders beside the classes that hold no picture."""
    paths = [one.file.path for one in placed if one.file.path[-2:-1] == (one.label,)]
    above = {path[:-2] for path in paths}
    names = [path[-1] for path in source.empty if path and path[:-1] in above]
    names = [name for name in names if not roles.read_role(name)[0]]
    words = ", ".join(map(repr, sorted(names)[:5]))
    return [f"Empty folders are no class: {words}."] if names else []
