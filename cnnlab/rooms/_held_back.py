"""Pictures held back to score by: half of a dataset's test part, chosen by a room's secret.

Runs of the room are neither trained nor validated on test pictures in the first place, as all runs;
and whatever is counted of them while the room is open, their test accuracy and all that Evaluate
shows, is counted on the other half. So nobody can choose a run by the pictures that decide.
"""

import hashlib
from dataclasses import replace

import numpy as np

from cnnlab import datasets
from cnnlab.errors import LabError
from cnnlab.rooms._folder import Room, find
from cnnlab.rooms._marks import mark_of
from cnnlab.runs import Run


def held_back(secret: str, dataset: str, labels: np.ndarray) -> np.ndarray:
    """Places of the test pictures that decide, half of each class, in rising order `(n,)`.

    Args:
        secret: The room's.
        dataset: Its name: the same secret chooses otherwise in another one.
        labels: Of the whole test part, int `(n,)`.
    """
    digest = hashlib.sha256(f"{secret} {dataset}".encode()).digest()
    chance = np.random.default_rng(int.from_bytes(digest, "big"))
    chosen = []
    for label in np.unique(labels):
        members = chance.permutation(np.flatnonzero(labels == label))
        chosen.append(members[: (len(members) + 1) // 2])
    return np.sort(np.concatenate(chosen))


def decisive(room: Room, data: datasets.Data) -> tuple[np.ndarray, np.ndarray]:
    """The pictures held back, uint8 `(n, height, width, channels)`, and their labels `(n,)`.

    Args:
        room: Whose secret decides.
        data: A dataset whose test part is whole.

    Raises:
        LabError: the room is closed.
    """
    places = held_back(room.config.secret, data.name, data.y_test)
    return data.x_test[places], data.y_test[places]


def without_held_back(run: Run, data: datasets.Data) -> datasets.Data:
    """The data as a run may be measured on it: of a room's run without what is held back.

    Once the room is closed nothing is secret any more, and the test part is whole again.
    """
    if data.held_back:
        return data
    try:
        marked = mark_of(run.path)
        secret = find(marked.room).config.secret if marked else ""
    except LabError:
        return data  # closed
    if not secret:
        return data
    left = np.ones(len(data.y_test), bool)
    left[held_back(secret, data.name, data.y_test)] = False
    return replace(
        data,
        x_test=data.x_test[left],
        y_test=data.y_test[left],
        held_back=int((~left).sum()),
    )


def stamp(run: Run) -> str:
    """Changes when other pictures of a run's test part are held back: a part of a cache's key."""
    try:
        marked = mark_of(run.path)
        return find(marked.room).name if marked else ""
    except LabError:
        return ""
