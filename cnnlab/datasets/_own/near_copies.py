"""Pictures that are another one saved again: as JPEG, resized, a little brighter.

Such copies must not stand on both sides of a split: a network that learned one knows the other.
Pictures are compared as perceptual hashes compare them (small, gray, without brightness and
contrast), but by correlation instead of counted bits: the bits of a hash do not tell a copy of a
thin digit from another digit of the same hand.

How like is a copy? That depends on the data: photographs of cats are at most 0.89 alike, two ones
of MNIST 0.994. So a pair is held against what is natural around it. It is a copy where the
distance (1 - correlation) is below `RATIO` of the distance to the tenth nearest picture, or below
`APART` of the usual distance to the nearest picture of another class, which finds pictures saved
more than ten times. Measured on 8,000 pictures each (MNIST, Fashion-MNIST, CIFAR-10, 1,300
digits, 2,900 cats and dogs), with copies as JPEG (quality 60 and 30), resized to two thirds,
brightened, and all of it: found were all JPEGs and brightened ones everywhere, all copies of
photographs, and of the resized ones 94 % (MNIST), 85 % (Fashion-MNIST), 100 % (digits). Taken for
copies without being one: at most 0.15 % of the drawings, no cat or dog; CIFAR-10's 0.3 % are
copies its source left in. Larger ratios find more copies of drawings and glue more of them (0.25:
0.6 % of MNIST, 2.2 % of the digits).
"""

import numpy as np

from cnnlab.datasets._arrays import LUMA, fit

SIDE = 16
NEIGHBOR = 10
RATIO = 0.15
APART = 0.025
ALIKE = 0.95  # below this, nothing is called a copy
FLAT = 2.0  # gray levels; what varies less shows nothing
BRIGHTER = 48  # gray levels a copy may differ from its picture on the whole
BLOCK = 1_000
MOST_NEIGHBORS = 64  # looked at of each picture; a copy of a copy is found through it


def near_copies(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A number for each picture `(n,)`; near copies of each other have the same.

    Args:
        x: Pictures `(n, height, width, channels)`, uint8.
        y: Class indices `(n,)`.
    """
    vectors, color, spread = _described(x)
    pairs = _pairs(vectors, y)
    if len(pairs):
        first, second = pairs.T
        close = np.abs(color[first] - color[second]).max(axis=1) <= BRIGHTER
        steps = spread[first] / np.maximum(spread[second], 1e-6)
        pairs = pairs[close & (steps > 0.5) & (steps < 2)]
    return _joined(len(x), pairs)


def copies_in(groups: np.ndarray) -> int:
    """How many pictures could go if one of each group stayed."""
    return len(groups) - len(np.unique(groups))


def _described(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unit vectors `(n, 256)` without mean, mean colors `(n, channels)`, contrasts `(n,)`."""
    small = fit(x, (SIDE, SIDE, x.shape[-1])).astype(np.float32)
    color = small.mean(axis=(1, 2))
    flat = (small @ LUMA if x.shape[-1] == 3 else small[..., 0]).reshape(len(x), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    spread = flat.std(axis=1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    vectors = np.where(spread[:, None] < FLAT, 0, flat / np.maximum(length, 1e-6))
    return vectors.astype(np.float32), color, spread


def _pairs(vectors: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rows `(m, 2)` of pictures that are alike beyond what is natural around both."""
    count = len(vectors)
    neighbor = min(NEIGHBOR, max(1, count // 3))
    most = min(count, MOST_NEIGHBORS)
    limits = np.empty(count, np.float32)
    strangers = np.empty(count, np.float32)
    found, likeness = [], []
    for start in range(0, count, BLOCK):
        rows = np.arange(start, min(start + BLOCK, count))
        alike = vectors[rows] @ vectors.T
        alike[np.arange(len(rows)), rows] = -1
        nearest = np.argpartition(-alike, most - 1, axis=1)[:, :most]
        best = -np.sort(-np.take_along_axis(alike, nearest, axis=1), axis=1)
        kth = best[:, neighbor - 1]
        limits[rows] = np.maximum(1 - RATIO * (1 - kth), ALIKE)
        strangers[rows] = np.where(y[rows, None] == y[None], -1, alike).max(axis=1)
        # All that might be a copy by one of the two rules; the other picture's word follows.
        loose = np.minimum(limits[rows], 0.99)[:, None]
        near = np.take_along_axis(alike, nearest, axis=1)
        one, place = np.nonzero(near >= loose)
        found.append(np.stack([rows[one], nearest[one, place]], axis=1))
        likeness.append(near[one, place])
    pairs, alike = np.concatenate(found), np.concatenate(likeness)
    apart = max(1 - APART * (1 - float(np.median(strangers))), ALIKE)
    unnatural = alike >= np.maximum(limits[pairs[:, 0]], limits[pairs[:, 1]])
    return pairs[unnatural | (alike >= apart)]


def _joined(count: int, pairs: np.ndarray) -> np.ndarray:
    """Groups of what is connected by pairs."""
    parent = list(range(count))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for first, second in pairs.tolist():
        parent[max(root(first), root(second))] = min(root(first), root(second))
    return np.array([root(one) for one in range(count)], np.int64)
