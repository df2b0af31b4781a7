"""A run's frames as the browser moves them: two sprites, answers, and the curve behind them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np

from cnnlab.plots.maps import Sprite, sprite

MOST_BARS = 10


class Frames(Protocol):
    """What `visualization.features.replay.Reel` holds."""

    @property
    def epochs(self) -> tuple[int, ...]: ...
    @property
    def filters(self) -> tuple[int, ...]: ...
    @property
    def kernels(self) -> np.ndarray | None: ...
    @property
    def maps(self) -> np.ndarray | None: ...
    @property
    def probabilities(self) -> np.ndarray: ...
    @property
    def known(self) -> np.ndarray: ...


class Row(Protocol):
    """An epoch's row of a history."""

    @property
    def epoch(self) -> int: ...
    @property
    def accuracy(self) -> float: ...
    @property
    def val_accuracy(self) -> float: ...


def film(
    reel: Frames, labels: Sequence[str], truth: int | None, history: Sequence[Row]
) -> dict[str, Any]:
    """Plain data for the browser.

    Args:
        reel: The frames.
        labels: Names of the classes.
        truth: The picture's class; None where nobody knows it.
        history: The run's epochs.
    """
    shown = bars(reel.probabilities, truth)
    answers = np.nan_to_num(reel.probabilities)
    return {
        "epochs": list(reel.epochs),
        "filters": list(reel.filters),
        "kernels": _tiles(reel.kernels, one_scale=True),
        "maps": _tiles(reel.maps, one_scale=False),
        "known": reel.known.tolist(),
        "classes": [labels[at] for at in shown],
        "truth": shown.index(truth) if truth in shown else None,
        "shares": np.round(answers[:, shown], 4).tolist(),
        "says": [labels[int(at)] for at in answers.argmax(axis=1)],
        "sure": np.round(answers.max(axis=1), 4).tolist(),
        "curve": [[row.epoch, row.accuracy, row.val_accuracy] for row in history],
    }


def bars(probabilities: np.ndarray, truth: int | None) -> list[int]:
    """The classes worth a bar: all of a few, else the true one and those that came closest.

    `probabilities` is `(frames, classes)`, NaN where it is not known.
    """
    classes = probabilities.shape[1]
    if classes <= MOST_BARS:
        return list(range(classes))
    most = np.nan_to_num(probabilities).max(axis=0)
    if truth is not None:
        most[truth] = 2.0
    return sorted(np.argsort(-most, kind="stable")[:MOST_BARS].tolist())


def _tiles(arrays: np.ndarray | None, one_scale: bool) -> dict[str, Any] | None:
    """`(frames, filters, height, width)` as one sprite, frame after frame.

    With `one_scale` all share a scale that reaches equally far below and above zero; else each
    filter has its own over the whole training.
    """
    if arrays is None or not arrays.size:
        return None
    frames, filters, height, width = arrays.shape
    finite = np.nan_to_num(arrays)
    lows, highs = finite.min(axis=(0, 2, 3)), finite.max(axis=(0, 2, 3))
    reach = np.maximum(np.abs(lows), np.abs(highs))
    if one_scale:
        lows, highs = np.full(filters, -reach.max()), np.full(filters, reach.max())
    else:
        lows, highs = np.where(lows < 0, -reach, 0.0), np.where(lows < 0, reach, highs)
    flat = arrays.reshape(-1, height, width)
    low, high = (np.tile(ends, frames).tolist() for ends in (lows, highs))
    made: Sprite = sprite(flat, low, high)
    return {**asdict(made), "count": filters, "height": height, "width": width}
