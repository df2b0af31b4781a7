"""Names of classes: cleaned for the page, never run together, numbers in their own order."""

import re
import unicodedata
from collections.abc import Iterable


def clean(raw: str) -> str:
    """A class's name as it may stand on a page and in a table, whole however long."""
    text = unicodedata.normalize("NFC", raw)
    # Control characters and marks that turn the writing's direction.
    text = re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]", " ", text
    )
    return re.sub(r"\s+", " ", re.sub(r"[<>`|*\[\]]+", " ", text)).strip() or "unnamed"


def names_for(raw: Iterable[str]) -> dict[str, str]:
    """Each class's name on the page, in the classes' order.

    Two classes whose names differ in what a page cannot show stay two: "a", "a (2)".
    """
    shown: dict[str, str] = {}
    for one in sorted(set(raw), key=order):
        name, number = clean(one), 2
        while name in shown.values():
            name, number = f"{clean(one)} ({number})", number + 1
        shown[one] = name
    return shown


def order(label: str) -> tuple[list[tuple[int, float, str]], str]:
    """Sorts 2 before 10, and "class 2" before "class 10"."""
    number = re.fullmatch(r"\s*([-+]?\d+(?:\.\d+)?)\s*", label)
    if number:
        return [(0, float(number[1]), "")], label
    pieces = [piece for piece in re.split(r"(\d+)", label) if piece]
    return [(1, 0.0, "")] + [
        (1, float(piece), "") if piece.isdecimal() else (2, 0.0, piece) for piece in pieces
    ], label
