"""What lies in a zip or folder of pictures, found out before a byte of it is decoded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnlab.datasets._own.amounts import pictures
from cnnlab.datasets._own.layout import Entry, lay_out
from cnnlab.datasets._own.roles import TEST, VALIDATION
from cnnlab.datasets._own.sources import open_source
from cnnlab.errors import LabError

MAX_CLASSES = 200
MIN_PER_CLASS = 5


@dataclass(frozen=True)
class Survey:
    """`counts` has the pictures of each class; `others` counts files that are no pictures,
    `set_aside` pictures without a class; `has_validation` and `has_test` are True where the
    source names such a part; `notes` are sentences on what was found and left out.
    """

    counts: dict[str, int]
    others: int
    set_aside: int
    has_validation: bool
    has_test: bool
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Pictures in all classes."""
        return sum(self.counts.values())


def survey(source: str | Path) -> Survey:
    """Counts the classes of a zip or folder.

    Raises:
        LabError: not a zip, unsafe, too large, or nothing says what the pictures show.
    """
    found = lay_out(open_source(source))
    parts = {entry.part for entry in found.entries}
    return Survey(
        counts=count_classes(found.entries),
        others=found.others,
        set_aside=found.set_aside,
        has_validation=VALIDATION in parts,
        has_test=TEST in parts,
        notes=found.notes,
    )


def count_classes(entries: list[Entry], left_out: Sequence[str] = ()) -> dict[str, int]:
    """Pictures of each class, by name, in the entries' order.

    Args:
        entries: The pictures.
        left_out: Sentences on others that are no more among them.

    Raises:
        LabError: no class or one, too many, or a class with too few pictures.
    """
    counts = dict(Counter(entry.label for entry in entries))
    if unfit := _unfit(counts, " left" if left_out else ""):
        raise LabError(" ".join([*left_out, unfit]))
    return counts


def _unfit(counts: dict[str, int], left: str) -> str:
    """Why nothing can be learned from such classes; "" where it can."""
    if not counts:
        return f"No picture is{left}: look at some of them, and import others."
    if len(counts) < 2:
        return (
            f"There is only one class{left} ({', '.join(counts)}); a network needs at least two "
            "to tell apart, each in a subfolder of its own."
        )
    if len(counts) > MAX_CLASSES:
        return f"{len(counts)} classes are too many; up to {MAX_CLASSES} can be imported."
    label = min(counts, key=counts.__getitem__)
    if counts[label] >= MIN_PER_CLASS:
        return ""
    return (
        f"The class {label!r} has {pictures(counts[label])}{left}; every class needs at least "
        f"{MIN_PER_CLASS}, and 50 are better."
    )
