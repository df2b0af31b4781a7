"""Connected marks in a yes/no picture, by runs of pixels and a union of touching ones."""

from typing import NamedTuple

import numpy as np


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
    """Large, near the middle, not lying flat, not a hairline, not along the picture's frame.

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
    return side * (1 - x) * (1 - y) * flat * dense * (1 - along_frame(mark, labels, rim)) ** 2


def along_frame(mark: Mark, labels: np.ndarray, rim: int) -> float:
    """The share of the picture's frame that a mark covers: table, fingers, a sheet's edge."""
    inner = labels[rim : labels.shape[0] - rim, rim : labels.shape[1] - rim]
    if not any(edges(mark, labels.shape, rim + 2)):
        return 0.0
    sides = (inner[:2], inner[-2:], inner[:, :2].T, inner[:, -2:].T)
    covered = sum(int((part == mark.label).any(axis=0).sum()) for part in sides)
    return covered / (2 * (inner.shape[0] + inner.shape[1]))


def belongs(mark: Mark, main: Mark, shape: tuple[int, int], rim: int) -> bool:
    """Whether a mark is a part of the main one that the pen left apart.

    What reaches in from the border of the picture is none, unless the digit reaches it, too.
    """
    side = max(main.height, main.width)
    gap_y = max(main.top - mark.bottom, mark.top - main.bottom, 0)
    gap_x = max(main.left - mark.right, mark.left - main.right, 0)
    small = max(mark.height, mark.width) <= 1.2 * side
    inside = not any(edges(mark, shape, rim + 2)) or any(edges(main, shape, rim + 2))
    near = max(gap_y, gap_x) <= 0.12 * side
    return small and inside and near and mark.area >= 0.04 * main.area
