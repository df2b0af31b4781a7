"""What is left of a room: its results as a file, and what goes when it is closed."""

import csv
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnlab import comparison, datasets, runs
from cnnlab.errors import LabError
from cnnlab.rooms._cards import ROOM_CHALLENGES
from cnnlab.rooms._folder import Room, delete
from cnnlab.rooms._marks import mark_of
from cnnlab.rooms._standing import RoomStanding, standing

_COLUMNS = (
    *("challenge", "place", "pupil", "alias", "title", "run", "seeds", "mean_accuracy"),
    *("goal", "reached", "cost", "amount", "limit", "parameters", "pictures"),
)


@dataclass(frozen=True)
class Closed:
    """What went with a room."""

    pupils: int
    collections: int
    datasets: int
    runs: int


def standings(room: Room) -> tuple[RoomStanding, ...]:
    """All challenges of a room as they stand.

    Raises:
        LabError: it is closed, or names a challenge that is gone.
    """
    scores = room.scores
    return tuple(standing(ROOM_CHALLENGES[name], scores) for name in room.config.challenges)


def results(room: Room, names: bool) -> list[dict[str, object]]:
    """A line for each training in each challenge, best first; with the pupils' names or without.

    Raises:
        LabError: the room is closed or damaged.
    """
    called = {pupil.alias: pupil.name for pupil in room.pupils} if names else {}
    return [line for now in standings(room) for line in _lines(now, called)]


def _lines(now: RoomStanding, called: dict[str, str]) -> list[dict[str, object]]:
    challenge = now.challenge
    return [
        {
            "challenge": challenge.name,
            "place": place if entry in now.inside else None,
            "pupil": called.get(entry.alias),
            "alias": entry.alias,
            "title": entry.title,
            "run": entry.run,
            "seeds": len(entry.seeds),
            "mean_accuracy": round(entry.mean, 6),
            "goal": challenge.goal,
            "reached": now.reached(entry),
            "cost": challenge.cost,
            "amount": entry.amount,
            "limit": challenge.limit,
            "parameters": entry.params,
            "pictures": entry.count,
        }
        for place, entry in enumerate((*now.inside, *now.outside), 1)
    ]


def csv_of(lines: Sequence[dict[str, object]]) -> str:
    """Results as CSV; no cell is a formula for a spreadsheet."""
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line in lines:
        writer.writerow({key: comparison.harmless(value) for key, value in line.items()})
    return file.getvalue()


def close(room: Room, with_runs: bool = False) -> Closed:
    """Delete a room: its names, scores and secret, and the pictures its pupils drew or brought.

    What was trained in it stays with those who trained it, under the made-up names.

    Args:
        room: Sound or damaged.
        with_runs: Its runs as well; those that still work are stopped and stay.

    Raises:
        LabError: the disk refuses.
    """
    try:
        pupils = len(room.pupils)
    except LabError:
        pupils = 0  # damaged: it goes all the same
    collections = [f for f in datasets.list_collections() if _of(room, f)]
    for folder in collections:
        datasets.delete_collection(folder)
    own = [card.name for card in datasets.DATASETS if card.name.startswith("own-")]
    own = [name for name in own if _of_dataset(room, name)]
    for name in own:
        datasets.delete_own(name)
    gone = _delete_runs(room) if with_runs else 0
    delete(room)
    return Closed(pupils, len(collections), len(own), gone)


def _of(room: Room, folder: Path) -> bool:
    try:
        marked = mark_of(folder)
    except LabError:
        return False
    return marked is not None and marked.room == room.name


def _of_dataset(room: Room, name: str) -> bool:
    try:
        return _of(room, datasets.own_folder(name))
    except LabError:
        return False  # deleted meanwhile


def _delete_runs(room: Room) -> int:
    gone = 0
    for run in runs.list_runs(damaged=True):
        if not _of(room, run.path):
            continue
        try:
            runs.delete(run)
            gone += 1
        except LabError:
            runs.request_stop(run)
    return gone


def day_of(moment: float) -> str:
    """Such as "2026-11-29 10:15"."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
