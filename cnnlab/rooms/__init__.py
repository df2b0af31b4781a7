"""A class: a teacher's room, who joined it, and what their runs are worth. Folders beside the runs.

A room is entered by a word nobody can guess. What pupils start in it carries a made-up name; the
real one stands in the room's folder alone, and goes with it. Scores are made on test pictures that
a secret of the room holds back.
"""

from cnnlab.rooms._cards import COST_TITLES, ROOM_CHALLENGES, RoomChallenge
from cnnlab.rooms._folder import (
    KEPT_DAYS,
    MOST_ROOMS,
    MOST_SCORES,
    Room,
    change,
    damage,
    damaged,
    delete,
    find,
    list_rooms,
    open_room,
)
from cnnlab.rooms._held_back import decisive, held_back, stamp, without_held_back
from cnnlab.rooms._joining import ALL_TRIES, MOST_PUPILS, NAME_LENGTH, TRIES, join, leave, where
from cnnlab.rooms._leaving import Closed, close, csv_of, results, standings
from cnnlab.rooms._marks import MARK_FILE, is_ones_own, mark, mark_of, runs_of
from cnnlab.rooms._standing import Entry, RoomStanding, standing
from cnnlab.rooms._words import FIRST, SECOND, WORDS

__all__ = [
    "ALL_TRIES",
    "COST_TITLES",
    "FIRST",
    "KEPT_DAYS",
    "MARK_FILE",
    "MOST_PUPILS",
    "MOST_ROOMS",
    "MOST_SCORES",
    "NAME_LENGTH",
    "ROOM_CHALLENGES",
    "SECOND",
    "TRIES",
    "WORDS",
    "Closed",
    "Entry",
    "Room",
    "RoomChallenge",
    "RoomStanding",
    "change",
    "close",
    "csv_of",
    "damage",
    "damaged",
    "decisive",
    "delete",
    "find",
    "held_back",
    "is_ones_own",
    "join",
    "leave",
    "list_rooms",
    "mark",
    "mark_of",
    "open_room",
    "results",
    "runs_of",
    "stamp",
    "standing",
    "standings",
    "where",
    "without_held_back",
]
