"""Joining a room by its word, and what is known of a browser by the secret it keeps."""

import hashlib
import hmac
import time
from collections.abc import Collection
from contextlib import suppress

from cnnlab import paths, schema
from cnnlab.errors import LabError
from cnnlab.rooms._folder import PUPILS_FILE, Room, list_rooms, locked
from cnnlab.rooms._words import new_alias, same, tidied
from cnnlab.schema import Pupil, Pupils, WrongWord, WrongWords

MOST_PUPILS = 60
NAME_LENGTH = 40
# Wrong words within a minute, of one browser and of all. At this rate it takes years to come upon
# one of twenty rooms among 126 million words.
TRIES, ALL_TRIES = 6, 30
_MINUTE_S = 60.0
_TRIES_FILE = ".tries.json"


def proof_of(key: str) -> str:
    """What is written down of a browser's secret."""
    return hashlib.sha256(key.encode()).hexdigest()


def join(word: str, name: str, key: str) -> tuple[Room, Pupil]:
    """Enter the room of this word; who is in it already is called by the new name.

    Args:
        word: As it was told, in any spelling.
        name: What the pupil wants to be called.
        key: The secret of their browser.

    Raises:
        LabError: no room has this word, it does not run, it is full, the name is missing or
            taken, too many words were tried, or the disk refuses.
    """
    called = " ".join(name.split())[:NAME_LENGTH]
    if not called:
        raise LabError("Type your name first, so that your teacher knows who you are.")
    with locked():
        room, proof = _room_of(word, proof_of(key)), proof_of(key)
        if not room.config.running:
            raise LabError("This room does not run now: wait until your teacher starts it.")
        pupils = room.pupils
        others = [pupil for pupil in pupils if not hmac.compare_digest(pupil.proof, proof)]
        if called.casefold() in [other.name.casefold() for other in others]:
            raise LabError(f"Somebody in this room is called {called} already: add a letter.")
        mine = next((pupil for pupil in pupils if pupil not in others), None)
        if mine is None and len(pupils) >= MOST_PUPILS:
            raise LabError(f"This room is full: {MOST_PUPILS} have joined it.")
        alias = mine.alias if mine else new_alias({other.alias for other in others})
        entered = Pupil(called, alias, proof, mine.joined if mine else time.time())
        schema.write(room.path / PUPILS_FILE, Pupils((*others, entered)))
    return room, entered


def leave(room: Room, keys: Collection[str]) -> None:
    """Take this browser's pupil out of a room, name and all; what they trained stays theirs.

    Raises:
        LabError: the room is closed or damaged, or the disk refuses.
    """
    proofs = {proof_of(key) for key in keys}
    with locked():
        rest = tuple(pupil for pupil in room.pupils if pupil.proof not in proofs)
        _ = room.config
        schema.write(room.path / PUPILS_FILE, Pupils(rest))


def where(keys: Collection[str]) -> tuple[Room, Pupil] | None:
    """The room this browser is in, and as whom; of several the one joined last."""
    proofs = {proof_of(key) for key in keys}
    found = []
    for room in list_rooms():
        with suppress(LabError):  # closed meanwhile
            found += [(room, pupil) for pupil in room.pupils if pupil.proof in proofs]
    return max(found, key=lambda pair: pair[1].joined, default=None)


def _room_of(word: str, proof: str) -> Room:
    """The room of a word; a wrong one is counted. Called under the rooms' lock."""
    file, now = paths.rooms_dir() / _TRIES_FILE, time.time()
    try:
        known = schema.read(file, WrongWords)
    except LabError:
        known = None  # damaged: counted anew
    lately = [one for one in known.tries if 0 <= now - one.when < _MINUTE_S] if known else []
    if sum(one.proof == proof for one in lately) >= TRIES or len(lately) >= ALL_TRIES:
        raise LabError("Too many wrong words were tried: wait a minute, then read it once more.")
    wanted = tidied(word)
    for room in list_rooms():
        if same(room.config.word, wanted):
            return room
    if wanted:
        schema.write(file, WrongWords((*lately, WrongWord(now, proof))))
    raise LabError("No room has this word: it is three English words, as on your teacher's screen.")
