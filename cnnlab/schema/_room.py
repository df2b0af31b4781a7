"""A class's room: what a teacher opened, who joined, what their runs are worth."""

from dataclasses import dataclass
from typing import Annotated

from cnnlab.schema._config import Name, Words
from cnnlab.schema._measured import Count, Share
from cnnlab.schema._reading import Within, optional

Hash = Annotated[str, Within(64, 64)]
Key = Annotated[str, Within(1, 100)]
Moment = Annotated[float, Within(0, 1e12)]


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """A room: `room.json`, replaced whole by whoever holds the rooms' lock.

    Attributes:
        word: What pupils join with; cannot be guessed.
        secret: Decides which test pictures are held back to score by; never shown.
        challenges: Keys of `rooms.ROOM_CHALLENGES`.
        running: Whether pupils may join and what they start belongs to the room.
        names: Whether the wall shows names; else the made-up ones.
        since: Runs begun earlier are no longer on the wall, in seconds since 1970.
    """

    word: Key
    secret: Annotated[str, Within(32, 100)]
    title: Words
    created: Moment
    challenges: Annotated[tuple[Name, ...], Within(1, 100)]
    running: bool = True
    names: bool = True
    since: Moment = 0.0


@dataclass(frozen=True, slots=True)
class Pupil:
    """Who joined: the name they typed, the made-up one their runs carry, and the hash of the
    secret that their browser keeps.
    """

    name: Annotated[str, Within(1, 100)]
    alias: Key
    proof: Hash
    joined: Moment


@dataclass(frozen=True, slots=True)
class Pupils:
    """All pupils of a room: `pupils.json`."""

    pupils: Annotated[tuple[Pupil, ...], Within(0, 1_000)]


@dataclass(frozen=True, slots=True)
class RoomMark:
    """In a folder made in a room, a run's or a collection's: whose it is. It outlives the room."""

    room: Key
    alias: Key
    proof: Hash
    made: Moment


@dataclass(frozen=True, slots=True)
class RoomScore:
    """A run of a room on the pictures held back, by the file that answers and after int8.

    Attributes:
        asked: Equal for runs that differ in their seed alone.
        count: Pictures held back.
        accuracy: Share of them it reads; None where it could not be measured, and `message`
            says why. So with the figures in int8.
        tflite_bytes: Of the file that answers.
        ram_bytes: In int8 on a chip: all that flows, the picture included.
    """

    run: Annotated[str, Within(1, 200)]
    alias: Key
    title: Words
    dataset: Name
    asked: Hash
    seed: Annotated[int, Within(0, 2**32)]
    begun: Moment
    params: Count | None = None
    tflite_bytes: Count | None = None
    count: Count = 0
    accuracy: Share | None = None
    int8_accuracy: Share | None = None
    int8_bytes: Count | None = None
    ram_bytes: Count | None = None
    message: Annotated[str, Within(0, 10_000)] = optional("")


@dataclass(frozen=True, slots=True)
class WrongWord:
    """One try to join with a word that is no room's: when, and the hash of whose."""

    when: Moment
    proof: Hash


@dataclass(frozen=True, slots=True)
class WrongWords:
    """The latest of them: `.tries.json` beside the rooms."""

    tries: Annotated[tuple[WrongWord, ...], Within(0, 1_000)]
