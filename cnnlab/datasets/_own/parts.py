"""Which of an import's pictures are learned from, which choose the best epoch, which are tested."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlab.datasets._own.amounts import pictures as amount
from cnnlab.datasets._own.roles import TEST, VALIDATION
from cnnlab.datasets._split import SPLIT_SEED

TRAIN_PART, VALIDATION_PART, TEST_PART = 0, 1, 2
TEST_FRACTION, VALIDATION_FRACTION = 0.2, 0.1
FEWEST_TESTED = 3  # of each class, as long as that is at most a third of it
ENOUGH_TESTED = 10  # below so many of a class, one picture moves its recall by over ten points
UNBALANCED = 3  # times as many pictures in the largest class as in the smallest


def divide(y: np.ndarray, given: Sequence[str], groups: np.ndarray) -> np.ndarray:
    """The part of each picture, int8 `(n,)`: 0 training, 1 validation, 2 test.

    Parts the source names are kept; what it does not name is held out of the training part,
    a fifth of each class for the test and a tenth of the rest for validation.

    Args:
        y: Class indices `(n,)`.
        given: "train", "validation", "test" or "" for each picture.
        groups: Numbers `(n,)`; pictures of one group stay in one part.
    """
    part = np.zeros(len(y), np.int8)
    part[[name == VALIDATION for name in given]] = VALIDATION_PART
    part[[name == TEST for name in given]] = TEST_PART
    if TEST not in given:
        _hold_out(part, y, groups, TEST_PART, TEST_FRACTION, FEWEST_TESTED)
    if VALIDATION not in given:
        _hold_out(part, y, groups, VALIDATION_PART, VALIDATION_FRACTION, 1)
    return part


def _hold_out(
    part: np.ndarray, y: np.ndarray, groups: np.ndarray, held: int, fraction: float, fewest: int
) -> None:
    """Moves a share of each class from the training part, whole groups at a time."""
    mixed = _groups_of_several_classes(y, groups)
    for label in np.unique(y):
        rows = np.flatnonzero((y == label) & (part == TRAIN_PART))
        wanted = max(round(len(rows) * fraction), min(fewest, len(rows) // 3))
        wanted = min(max(1, wanted), len(rows) - 1)
        part[_drawn(rows, groups, mixed, wanted, SPLIT_SEED + held * 1000 + int(label))] = held


def _groups_of_several_classes(y: np.ndarray, groups: np.ndarray) -> set[int]:
    pairs = np.unique(np.stack([groups, y]), axis=1)
    numbers, classes = np.unique(pairs[0], return_counts=True)
    return set(numbers[classes > 1].tolist())


def _drawn(
    rows: np.ndarray, groups: np.ndarray, mixed: set[int], wanted: int, seed: int
) -> np.ndarray:
    """At most `wanted` of the rows, in whole groups drawn by `seed`; single rows if none fits."""
    numbers = groups[rows]
    chosen: list[int] = []
    for number in np.random.RandomState(seed).permutation(np.unique(numbers)):
        members = rows[numbers == number]
        whole = len(members) == (groups == number).sum()  # none in another part already
        if whole and number not in mixed and len(chosen) + len(members) <= wanted:
            chosen += members.tolist()
    if not chosen and wanted > 0:  # the class is one single group
        chosen = np.random.RandomState(seed).permutation(rows)[:wanted].tolist()
    return np.array(sorted(chosen), np.int64)


def notes_on_copies(y: np.ndarray, part: np.ndarray, groups: np.ndarray) -> list[str]:
    """How many near copies there are, that they stay together, and where they do not."""
    copies = len(groups) - len(np.unique(groups))
    if not copies:
        return []
    notes = [
        f"{amount(copies, 'are')} near copies of others (saved again, resized or brightened); "
        "copies stay in one part with the picture they were made of."
    ]
    learned = np.isin(groups, groups[part == TRAIN_PART])
    split = int((learned & (part == TEST_PART)).sum())
    if split:
        notes.append(
            f"{amount(split, 'have', 'test picture')} a near copy among those learned from: the "
            "test accuracy will look better than it is."
        )
    mixed = _groups_of_several_classes(y, groups)
    if mixed:
        count = int(np.isin(groups, list(mixed)).sum())
        carry = amount(count, "carry", "near copy")
        notes.append(f"{carry} different labels: look which one is right.")
    return notes


def notes_on_balance(counts: Mapping[str, int]) -> list[str]:
    """A word on classes that differ much in size, and the way out."""
    few, many = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
    if counts[many] < UNBALANCED * counts[few]:
        return []
    share = counts[many] / sum(counts.values())
    return [
        f"Unbalanced: {amount(counts[many])} of {many!r}, {counts[few]:,} of {few!r}. A network "
        f"that always says {many!r} is right in {share:.0%}: read the balanced accuracy, and train "
        "with balanced class weights."
    ]


def notes_on_parts(y: np.ndarray, part: np.ndarray, labels: tuple[str, ...]) -> list[str]:
    """A word on classes with so few test pictures that their accuracy says little."""
    tested = np.bincount(y[part == TEST_PART], minlength=len(labels))
    validated = np.bincount(y[part == VALIDATION_PART], minlength=len(labels))
    notes = []
    for counts, word in ((tested, "test"), (validated, "validation")):
        missing = [repr(label) for label, n in zip(labels, counts, strict=True) if not n]
        if missing:
            notes.append(f"The {word} part has no picture of {_some(missing)}.")
    few = [
        f"{label!r} ({n})" for label, n in zip(labels, tested, strict=True) if 0 < n < ENOUGH_TESTED
    ]
    if few:
        notes.append(
            f"Few test pictures: {_some(few)}. One more or less that is right moves the class's "
            f"accuracy by {1 / tested[tested > 0].min():.0%}; add pictures for a figure to rely on."
        )
    return notes


def _some(words: list[str], most: int = 5) -> str:
    rest = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + rest
