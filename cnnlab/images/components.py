"""Connected marks in a yes/no picture, by runs of pixels and a union of touching ones."""

from typing import NamedTuple

import numpy as np

BOXED = 0.8  # share of a box's outline that is drawn
ROOM = 0.08  # of the digit's side
APART = 0.12  # of the digit's side: how far off a part of it may lie
LEAST = 0.04  # of the digit's area: smaller ones are specks


class Mark(NamedTuple):
    """One connected mark: pixels, and its box as first and last row and column."""

    label: int
    area: int
    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Rows it spans."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """Columns it spans."""
        return self.right - self.left + 1


def find_marks(mask: np.ndarray) -> tuple[np.ndarray, list[Mark]]:
    """Marks of `mask` `(h, w)` bool, neighbors by side or corner.

    Returns:
        Labels `(h, w)` int32 with 0 for none, and the marks, largest first.
    """
    rows, starts, ends = _runs(mask)
    if not len(rows):
        return np.zeros(mask.shape, np.int32), []
    roots = _united(rows, starts, ends)
    _, found = np.unique(roots, return_inverse=True)
    labels = found.astype(np.int32) + 1
    picture = np.zeros(mask.shape, np.int32)
    picture[mask] = np.repeat(labels, ends - starts)
    return picture, sorted(_measured(labels, rows, starts, ends), key=lambda mark: -mark.area)


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, start and end (exclusive) of every horizontal run, in reading order."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    return rows, starts, np.nonzero(edges == -1)[1]


def _united(rows: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """One root per run; touching runs share it."""
    parent = list(range(len(rows)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    row_list, start_list, end_list = rows.tolist(), starts.tolist(), ends.tolist()
    above = 0
    for run, row in enumerate(row_list):
        while row_list[above] < row - 1 or (
            row_list[above] == row - 1 and end_list[above] < start_list[run]
        ):
            above += 1
        other = above
        while other < run and row_list[other] == row - 1 and start_list[other] <= end_list[run]:
            parent[root(other)] = root(run)
            other += 1
    return np.array([root(run) for run in range(len(parent))])


def _measured(
    labels: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> list[Mark]:
    count = int(labels.max())
    area = np.bincount(labels, ends - starts, count + 1).astype(int)
    top, left = np.full(count + 1, 1 << 30), np.full(count + 1, 1 << 30)
    bottom, right = np.zeros(count + 1, int), np.zeros(count + 1, int)
    np.minimum.at(top, labels, rows)
    np.maximum.at(bottom, labels, rows)
    np.minimum.at(left, labels, starts)
    np.maximum.at(right, labels, ends - 1)
    return [
        Mark(i, int(area[i]), int(top[i]), int(bottom[i]), int(left[i]), int(right[i]))
        for i in range(1, count + 1)
    ]


def edges(mark: Mark, shape: tuple[int, int], near: int) -> tuple[bool, bool, bool, bool]:
    """Whether the mark comes within `near` pixels of the top, bottom, left and right."""
    return (
        mark.top < near,
        mark.bottom >= shape[0] - near,
        mark.left < near,
        mark.right >= shape[1] - near,
    )


def likeness(mark: Mark, labels: np.ndarray, rim: int) -> float:
    """How much a mark is like a digit: the larger, the more.

    Large, near the middle, not lying flat, not a hairline, not along the picture's frame, and no
    frame itself, as a form's box is.

    Args:
        mark: One of the marks of `labels`.
        labels: `(h, w)`, with `rim` pixels of bare paper around the picture.
        rim: Pixels.
    """
    height, width = labels.shape
    side = max(mark.height, mark.width)
    y = abs((mark.top + mark.bottom) / 2 / height - 0.5)
    x = abs((mark.left + mark.right) / 2 / width - 0.5)
    flat = 0.3 if mark.width > 2.5 * mark.height else 1.0
    dense = min(1.0, mark.area / (0.02 * side * side))
    free = (1 - along_frame(mark, labels, rim)) ** 2
    return side * (1 - x) * (1 - y) * flat * dense * free * (0.1 if _is_box(mark, labels) else 1)


def along_frame(mark: Mark, labels: np.ndarray, rim: int) -> float:
    """The share (0..1) of the picture's frame that a mark of `labels` `(h, w)` covers."""
    if not any(edges(mark, labels.shape, rim + 2)):
        return 0.0
    height, width = labels.shape
    inner = labels[rim : height - rim, rim : width - rim]
    return _framing(inner == mark.label, 2)


def is_cut(mark: Mark, shape: tuple[int, int], rim: int) -> bool:
    """Whether a mark reaches the picture's border with room left on the other side.

    One that reaches both, or nearly, was cropped to its edge and misses nothing.
    """
    top, bottom, left, right = edges(mark, shape, rim + 3)
    room = rim + 3 + ROOM * max(mark.height, mark.width)
    over, under = mark.top >= room, mark.bottom < shape[0] - room
    before, after = mark.left >= room, mark.right < shape[1] - room
    return (top and under) or (bottom and over) or (left and after) or (right and before)


def _is_box(mark: Mark, labels: np.ndarray) -> bool:
    """Whether a mark fills the outline of its own box and not the inside."""
    part = labels[mark.top : mark.bottom + 1, mark.left : mark.right + 1] == mark.label
    if min(part.shape) < 12 or mark.area > 0.4 * part.size:
        return False
    return _framing(part, max(2, min(part.shape) // 20)) > BOXED


def _framing(mask: np.ndarray, strip: int) -> float:
    """The share of a picture's four sides along which something lies in a strip of pixels."""
    sides = (mask[:strip], mask[-strip:], mask[:, :strip].T, mask[:, -strip:].T)
    return sum(int(side.any(axis=0).sum()) for side in sides) / (2 * sum(mask.shape))


def parts(main: Mark, marks: list[Mark], shape: tuple[int, int], rim: int) -> list[Mark]:
    """The main mark and those that the pen left apart from it, or from another part."""
    kept, reached = [main], main
    near = [mark for mark in marks if mark is not main and mark.area >= LEAST * main.area]
    for mark in sorted(near, key=lambda mark: _gap(mark, main)):
        if _belongs(mark, reached, main, shape, rim):
            kept.append(mark)
            reached = reached._replace(
                top=min(reached.top, mark.top),
                bottom=max(reached.bottom, mark.bottom),
                left=min(reached.left, mark.left),
                right=max(reached.right, mark.right),
            )
    return kept


def _gap(mark: Mark, other: Mark) -> int:
    """Pixels between two boxes; 0 where they overlap."""
    gap_y = max(other.top - mark.bottom, mark.top - other.bottom, 0)
    return max(gap_y, max(other.left - mark.right, mark.left - other.right, 0))


def _belongs(mark: Mark, reached: Mark, main: Mark, shape: tuple[int, int], rim: int) -> bool:
    """Near, and no larger; what reaches in from the border is none unless the digit does, too."""
    side = max(main.height, main.width)
    inside = not any(edges(mark, shape, rim + 2)) or any(edges(main, shape, rim + 2))
    around = mark.height > main.height and mark.width > main.width
    small = max(mark.height, mark.width) <= 1.2 * side and not around
    return small and inside and _gap(mark, reached) <= APART * side
