"""A room's folder: `rooms/ID` beside the runs. It is the truth, for any number of servers."""

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cnnlab import paths, runs, schema
from cnnlab.errors import LabError
from cnnlab.rooms._cards import ROOM_CHALLENGES
from cnnlab.rooms._words import new_word
from cnnlab.schema import Pupil, Pupils, RoomConfig, RoomScore

CONFIG_FILE, PUPILS_FILE, SCORES = "room.json", "pupils.json", "scores"
MOST_ROOMS = 20  # on one server
MOST_SCORES = 2_000
KEPT_DAYS = 30
_DAY_S = 24 * 3600
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Room:
    """A room's folder; two rooms are equal when they are the same folder."""

    path: Path

    @property
    def name(self) -> str:
        """The folder's name: not the word, which is not told to everybody."""
        return self.path.name

    @property
    def config(self) -> RoomConfig:
        """What the teacher opened, and how it stands.

        Raises:
            LabError: it is closed, or its record does not fit.
        """
        found = schema.read(self.path / CONFIG_FILE, RoomConfig)
        if found is None:
            raise LabError("This room is closed: ask your teacher for the word of another one.")
        return found

    @property
    def pupils(self) -> tuple[Pupil, ...]:
        """Who joined, in that order.

        Raises:
            LabError: the record does not fit.
        """
        found = schema.read(self.path / PUPILS_FILE, Pupils)
        return found.pupils if found else ()

    @property
    def scores(self) -> tuple[RoomScore, ...]:
        """What its runs since the last clearing are worth, the first begun first."""
        since = self.config.since
        found = [score for file in self._score_files() if (score := _score(file))]
        return tuple(sorted((s for s in found if s.begun >= since), key=lambda s: s.begun))

    def score_of(self, run: str) -> RoomScore | None:
        """What one run is worth; None where it was not scored yet."""
        return _score(self.path / SCORES / f"{run}.json")

    def keep_score(self, score: RoomScore) -> None:
        """Write down what a run is worth.

        Raises:
            LabError: there are too many, the room is closed, or the disk refuses.
        """
        folder = self.path / SCORES
        if len(self._score_files()) >= MOST_SCORES:
            raise LabError(f"A room keeps {MOST_SCORES:,} results: let the teacher clear the wall.")
        with runs.explained(folder):
            _ = self.config  # a room that was closed meanwhile is not to come back
            folder.mkdir(exist_ok=True)
            schema.write(folder / f"{score.run}.json", score)

    def _score_files(self) -> list[Path]:
        return list((self.path / SCORES).glob("[!.]*.json"))


def _score(file: Path) -> RoomScore | None:
    try:
        return schema.read(file, RoomScore)
    except LabError:
        return None  # damaged: it is made anew


def open_room(title: str, challenges: Sequence[str]) -> Room:
    """A new room, running, with a word of its own.

    Args:
        title: What the teacher calls it.
        challenges: Keys of `ROOM_CHALLENGES`, at least one.

    Raises:
        LabError: an unknown challenge or none, too many rooms, or the disk refuses.
    """
    chosen = tuple(dict.fromkeys(ROOM_CHALLENGES[name].name for name in challenges))
    if not chosen:
        raise LabError("A room needs a challenge: choose at least one.")
    with locked():
        _clear_old()
        if len(_folders()) >= MOST_ROOMS:
            raise LabError(f"There are {MOST_ROOMS} rooms on this server already: close one first.")
        room = Room(paths.rooms_dir() / secrets.token_hex(8))
        taken = {other.config.word for other in list_rooms()}
        while (word := new_word()) in taken:
            continue
        now, tidy = time.time(), " ".join(title.split())[:80]
        room.path.mkdir()
        secret = secrets.token_hex(16)
        schema.write(
            room.path / CONFIG_FILE, RoomConfig(word, secret, tidy, now, chosen, since=now)
        )
    return room


def change(
    room: Room,
    running: bool | None = None,
    names: bool | None = None,
    challenges: Sequence[str] = (),
    clear: bool = False,
) -> None:
    """Start or stop a room, show or hide names, set other challenges, clear the wall.

    Raises:
        LabError: it is closed, an unknown challenge, or the disk refuses.
    """
    chosen = tuple(dict.fromkeys(ROOM_CHALLENGES[name].name for name in challenges))
    with locked():
        config = room.config
        changed = replace(
            config,
            running=config.running if running is None else running,
            names=config.names if names is None else names,
            challenges=chosen or config.challenges,
            since=time.time() if clear else config.since,
        )
        schema.write(room.path / CONFIG_FILE, changed)
        if clear:
            shutil.rmtree(room.path / SCORES, ignore_errors=True)


def find(name: str) -> Room:
    """The room in the folder of this name.

    Raises:
        LabError: there is none.
    """
    if _ID.fullmatch(name or "") and (paths.rooms_dir() / name).is_dir():
        return Room(paths.rooms_dir() / name)
    raise LabError("There is no such room (any more): `python -m cnnlab room list` names them.")


def list_rooms() -> list[Room]:
    """All rooms that can be read, the newest first."""
    sound = [room for room in _folders() if not damage(room)]
    return sorted(sound, key=lambda room: (-room.config.created, room.name))


def damaged() -> list[tuple[Room, str]]:
    """Rooms that cannot be read, each with the reason; they can be deleted."""
    found = [(room, damage(room)) for room in _folders()]
    return sorted(((r, why) for r, why in found if why), key=lambda pair: pair[0].name)


def damage(room: Room) -> str:
    """Why a record of it cannot be read, as one sentence; empty for a sound room."""
    try:
        _, _ = room.config, room.pupils
    except LabError as error:
        return str(error)
    return ""


def delete(room: Room) -> None:
    """Remove a room's folder: names, scores and the secret go for good.

    Raises:
        LabError: the disk refuses.
    """
    with locked():
        _remove(room)


def _remove(room: Room) -> None:
    trash = room.path.with_name(f".deleted-{room.name}")
    shutil.rmtree(trash, ignore_errors=True)
    room.path.rename(trash)
    shutil.rmtree(trash)


def _folders() -> list[Room]:
    try:
        names = [name for name in os.listdir(paths.rooms_dir()) if _ID.fullmatch(name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [Room(paths.rooms_dir() / name) for name in names]


def _clear_old() -> None:
    """Rooms that were forgotten: nobody's name is kept for longer than `KEPT_DAYS`."""
    for room in _folders():
        if time.time() - room.path.stat().st_mtime > KEPT_DAYS * _DAY_S:
            _remove(room)


@contextmanager
def locked() -> Iterator[None]:
    """One process at a time changes rooms.

    Raises:
        LabError: the disk refuses.
    """
    folder = paths.rooms_dir()
    with runs.explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
