"""How hard a dataset is before any network sees it: whose nearest neighbor is of another class?"""

import numpy as np

from cnnlab.datasets._arrays import fit
from cnnlab.datasets._load import Data
from cnnlab.schema import Neighbors

COMPARED = 3_000
SIDE = 16
SHOWN = 12


def neighbors(data: Data) -> tuple[Neighbors, np.ndarray]:
    """The nearest neighbors, and close pairs of different classes `(n, 2, h, w, c)`.

    Source: Cover and Hart, "Nearest neighbor pattern classification", 1967.
    """
    rows = np.random.default_rng(0).permutation(len(data.y_train))[:COMPARED]
    vectors, y = _vectors(data.x_train[rows]), data.y_train[rows]
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = likeness.argmax(axis=1)
    classes = len(data.labels)
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (y, y[nearest]), 1)
    pairs = _close_pairs(likeness, nearest, y)
    twins = data.x_train[rows[pairs]] if len(pairs) else np.zeros((0, 2, *data.input_shape))
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    found = Neighbors(
        compared=len(rows),
        own=tuple(np.diag(shares).round(4).tolist()),
        overall=round(float((y[nearest] == y).mean()), 4),
        chance=round(float((np.bincount(y) / len(y)).max()), 4),
        confused=tuple(_confused(shares, data.labels)),
        shown=tuple(f"{data.labels[y[a]]} and {data.labels[y[b]]}" for a, b in pairs),
    )
    return found, twins.astype(np.uint8)


def _vectors(x: np.ndarray) -> np.ndarray:
    """Pictures as unit vectors `(n, values)` without mean."""
    height, width, channels = x.shape[1:]
    small = fit(x, (min(SIDE, height), min(SIDE, width), channels))
    flat = small.reshape(len(x), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def _close_pairs(likeness: np.ndarray, nearest: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rows `(n, 2)` of the closest pairs of different classes, each picture once."""
    strangers = np.flatnonzero(y != y[nearest])
    order = strangers[np.argsort(-likeness[strangers, nearest[strangers]])]
    used, pairs = set(), []
    for row in order:
        if row not in used and nearest[row] not in used:
            pairs.append((row, nearest[row]))
            used |= {row, nearest[row]}
        if len(pairs) == SHOWN:
            break
    return np.array(pairs, np.int64).reshape(-1, 2)


def _confused(shares: np.ndarray, labels: tuple[str, ...]) -> list[tuple[str, str, float]]:
    """The most frequent confusions, as `(class, other class, share)`."""
    off = shares * (1 - np.eye(len(labels)))
    order = np.argsort(-off, axis=None)[:10]
    pairs = [np.unravel_index(place, off.shape) for place in order]
    return [(labels[a], labels[b], round(float(off[a, b]), 4)) for a, b in pairs if off[a, b]]


MOST_VOTERS = 10_000  # neighbors are looked for among so many pictures: enough, and fast
BLOCK = 2_000


def neighbor_votes(x: np.ndarray, y: np.ndarray, count: int, classes: int) -> np.ndarray:
    """How many of each picture's nearest neighbors are of which class, `(n, classes)`.

    Args:
        x: Pictures `(n, height, width, channels)`, uint8.
        y: Class indices `(n,)`.
        count: How many neighbors vote; they come from a random 10,000 of the pictures.
        classes: How many classes there are.
    """
    voters = np.sort(np.random.default_rng(0).permutation(len(y))[:MOST_VOTERS])
    vectors = _vectors(x[voters])
    votes = np.zeros((len(y), classes), np.int64)
    count = min(count, len(voters) - 1)
    for start in range(0, len(y), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(y)))
        alike = _vectors(x[rows]) @ vectors.T
        alike[rows[:, None] == voters] = -np.inf
        nearest = np.argpartition(-alike, count - 1, axis=1)[:, :count]
        for place in range(count):
            np.add.at(votes, (rows, y[voters[nearest[:, place]]]), 1)
    return votes
