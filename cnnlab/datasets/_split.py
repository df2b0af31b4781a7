"""Splits that never change: stratified, and seeded apart from any run's seed."""

import numpy as np

SPLIT_SEED = 2024


def per_class(labels: np.ndarray, counts: dict[int, int], seed: int = SPLIT_SEED) -> np.ndarray:
    """Indices with `counts[label]` members of each class, drawn by `seed`, in rising order.

    RandomState, because its stream is frozen: a split must not move with NumPy's version.
    """
    chosen = []
    for label, count in counts.items():
        members = np.flatnonzero(labels == label)
        order = np.random.RandomState(seed + int(label)).permutation(len(members))
        chosen.append(members[order[:count]])
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, np.int64)


def hold_out(labels: np.ndarray, fraction: float) -> tuple[np.ndarray, np.ndarray]:
    """Indices `(kept, held out)`: `fraction` of each class is held out, at least one of two."""
    counts = {}
    for label, total in _totals(labels).items():
        wanted = max(1, round(total * fraction)) if total > 1 else 0
        counts[label] = min(wanted, total - 1)
    out = per_class(labels, counts)
    return np.setdiff1d(np.arange(len(labels)), out, assume_unique=True), out


def at_most(labels: np.ndarray, limit: int) -> np.ndarray:
    """Indices of at most `limit` members, each class in proportion and none left empty."""
    totals = _totals(labels)
    if limit >= len(labels):
        return np.arange(len(labels))
    exact = {label: limit * total / len(labels) for label, total in totals.items()}
    counts = {label: max(1, int(share)) for label, share in exact.items()}
    by_rest = sorted(exact, key=lambda label: int(exact[label]) - exact[label])
    for label in by_rest[: max(0, limit - sum(counts.values()))]:
        counts[label] += 1
    return per_class(labels, counts, SPLIT_SEED + 1000)


def _totals(labels: np.ndarray) -> dict[int, int]:
    values, counts = np.unique(labels, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))
