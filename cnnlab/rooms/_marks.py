"""Whose something made in a room is: a record in its folder, which outlives the room."""

import time
from collections.abc import Collection
from pathlib import Path

from cnnlab import runs, schema
from cnnlab.errors import LabError
from cnnlab.rooms._folder import Room
from cnnlab.rooms._joining import proof_of
from cnnlab.runs import Run
from cnnlab.schema import Pupil, RoomMark

MARK_FILE = "room.json"


def mark(folder: Path, room: Room, pupil: Pupil) -> None:
    """Note that what lies in a folder was made in a room.

    Raises:
        LabError: the disk refuses.
    """
    with runs.explained(folder):
        schema.write(folder / MARK_FILE, RoomMark(room.name, pupil.alias, pupil.proof, time.time()))


def mark_of(folder: Path) -> RoomMark | None:
    """The mark of a folder; None where it was made outside of rooms.

    Raises:
        LabError: the mark is damaged.
    """
    return schema.read(folder / MARK_FILE, RoomMark)


def is_ones_own(folder: Path, keys: Collection[str]) -> bool:
    """Whether a browser may see and change what lies in a folder, as far as rooms decide.

    What was made outside of rooms is everybody's; a damaged mark is nobody's but the teacher's.
    """
    try:
        found = mark_of(folder)
    except LabError:
        return False
    return found is None or found.proof in {proof_of(key) for key in keys}


def runs_of(room: Room) -> list[tuple[Run, RoomMark]]:
    """The runs made in a room since its last clearing, the oldest first."""
    since, found = room.config.since, []
    for run in reversed(runs.list_runs()):
        try:
            marked = mark_of(run.path)
        except LabError:
            continue  # damaged: no part of the room
        if marked and marked.room == room.name and marked.made >= since:
            found.append((run, marked))
    return found
