"""Pictures that stand in a dataset more than once: a leak when one of them is a test picture."""

import hashlib

import numpy as np

from cnnlab.datasets._load import Data
from cnnlab.datasets._own.near_copies import near_copies
from cnnlab.schema import SamePictures

PARTS = ("train", "validation", "test")
SHOWN = 12
Group = list[tuple[str, int]]  # the places of one picture: part and row


def same_pictures(data: Data) -> tuple[SamePictures, np.ndarray]:
    """Finds equal pictures by their hash; up to 12 pairs `(n, 2, height, width, channels)`.

    Pairs across parts come first, for these are the ones that matter.
    """
    x = {"train": data.x_train, "validation": data.x_val, "test": data.x_test}
    y = {"train": data.y_train, "validation": data.y_val, "test": data.y_test}
    places: dict[bytes, list[tuple[str, int]]] = {}
    for part in PARTS:
        for row, picture in enumerate(x[part]):
            key = _digest(picture)
            places.setdefault(key, []).append((part, row))
    groups = [group for group in places.values() if len(group) > 1]
    counted = _within(groups), _across(groups), _contradicting(groups, y)
    shown = []
    groups.sort(key=lambda group: group[0][0] == group[-1][0])
    pictures = np.zeros((min(SHOWN, len(groups)), 2, *data.input_shape), np.uint8)
    for number, group in enumerate(groups[:SHOWN]):
        for side, (part, row) in enumerate((group[0], group[-1])):
            pictures[number, side] = x[part][row]
        shown.append(" = ".join(_words(data, y, *place) for place in (group[0], group[-1])))
    return SamePictures(*counted, tuple(shown)), pictures


def _within(groups: list[Group]) -> dict[str, int]:
    counts = dict.fromkeys(PARTS, 0)
    for group in groups:
        for part in PARTS:
            counts[part] += max(0, sum(place[0] == part for place in group) - 1)
    return counts


def _across(groups: list[Group]) -> dict[str, int]:
    pairs = (("train", "validation"), ("train", "test"), ("validation", "test"))
    counts = {f"{first}-{second}": 0 for first, second in pairs}
    for group in groups:
        parts = [place[0] for place in group]
        for first, second in pairs:
            if first in parts:
                counts[f"{first}-{second}"] += parts.count(second)
    return counts


def _contradicting(groups: list[Group], y: dict[str, np.ndarray]) -> int:
    labels = [{int(y[part][row]) for part, row in group} for group in groups]
    return sum(len(group) for group, found in zip(groups, labels, strict=True) if len(found) > 1)


def _words(data: Data, y: dict[str, np.ndarray], part: str, row: int) -> str:
    return f"{part} {row} ({data.labels[int(y[part][row])]})"


MOST_NEAR = 12_000  # pictures among which near copies are looked for: the time grows squared


def copied_pictures(
    x: np.ndarray, y: np.ndarray, others: np.ndarray, y_others: np.ndarray
) -> np.ndarray:
    """Which pictures also stand among `others`, bool `(n,)`.

    Found are equal pictures, and where there are at most 12,000 in all, those saved again, too.

    Args:
        x, others: Pictures `(n, height, width, channels)`, uint8.
        y, y_others: Their classes `(n,)`.
    """
    known = {_digest(picture) for picture in others}
    copied = np.array([_digest(picture) in known for picture in x], bool)
    if len(x) + len(others) <= MOST_NEAR:
        pictures, labels = np.concatenate([x, others]), np.concatenate([y, y_others])
        groups = near_copies(pictures, labels)
        copied |= np.isin(groups[: len(x)], groups[len(x) :])
    return copied


def _digest(picture: np.ndarray) -> bytes:
    return hashlib.blake2b(picture.tobytes(), digest_size=12).digest()
