"""Rooms for a class, from a terminal: whoever has the machine may do what the teacher may."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cnnlab.commands import say, verb
from cnnlab.commands.options import add_action
from cnnlab.errors import LabError

if TYPE_CHECKING:
    from cnnlab.rooms import Room


def _actions(parser: argparse.ArgumentParser) -> None:
    from cnnlab.rooms import ROOM_CHALLENGES

    actions = parser.add_subparsers(required=True, metavar="ACTION")
    added = add_action(actions, "open", _open, "open a room and say its word")
    added.add_argument("title", metavar="TITLE", nargs="?", default="")
    names = ROOM_CHALLENGES.names()
    added.add_argument(
        "--challenge",
        action="append",
        default=[],
        metavar="NAME",
        help=f"may be repeated; all where none is named: {', '.join(names)}".replace("%", "%%"),
    )
    for name, function, words in (
        ("show", _show, "who is in it and how its challenges stand"),
        ("start", _start, "let pupils join and train in it"),
        ("stop", _stop, "let nobody join or train in it until it is started"),
        ("clear", _clear, "take what was trained so far off the wall"),
        ("hide", _hide, "show made-up names alone on the wall"),
        ("unhide", _unhide, "show names on the wall"),
        ("export", _export, "write its results, as CSV or JSON by the file's ending"),
        ("close", _close, "delete it: names, scores, and pictures drawn in it"),
    ):
        added = add_action(actions, name, function, words)
        added.add_argument("room", metavar="ROOM", help="its word, or its folder's name")
        if name == "export":
            added.add_argument("file", metavar="FILE", nargs="?", default="room.csv")
            added.add_argument("--anonymous", action="store_true", help="made-up names alone")
        if name == "close":
            added.add_argument("--with-runs", action="store_true", help="and all its runs")
    add_action(actions, "list", _list, "all rooms")


@verb(options=_actions)
def room(options: argparse.Namespace) -> Any:
    """A room for a class: a word to join by, challenges, a wall. (open, show, close, ...)"""
    return options.action(options)


def _named(options: argparse.Namespace) -> "Room":
    """The room of this word, or in this folder."""
    from cnnlab import rooms

    wanted = options.room.strip().lower().replace(" ", "-")
    for one in rooms.list_rooms():
        if wanted in (one.config.word, one.name):
            return one
    return rooms.find(options.room)


def _open(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import rooms

    made = rooms.open_room(options.title, options.challenge or rooms.ROOM_CHALLENGES.names())
    word = made.config.word
    say(options, f"The room is open. Its word: {word}")
    say(options, f"Pupils join on the page Class, or at the server's address with /?room={word}")
    return _shown(made)


def _shown(made: "Room") -> dict[str, Any]:
    """A room as plain data: all but its secret and the proofs of its pupils."""
    config = made.config
    return {
        "room": made.name,
        "word": config.word,
        "title": config.title,
        "running": config.running,
        "names": config.names,
        "challenges": list(config.challenges),
        "pupils": [{"name": one.name, "alias": one.alias} for one in made.pupils],
    }


def _show(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, rooms

    made = _named(options)
    lab.score_all(made)
    shown = _shown(made)
    running = "runs" if shown["running"] else "is stopped"
    say(options, f"{shown['word']} {running}, with {len(shown['pupils'])} pupils.")
    for pupil in shown["pupils"]:
        say(options, f"  {pupil['name']} as {pupil['alias']}")
    for now in rooms.standings(made):
        challenge = now.challenge
        say(options, f"{challenge.title}, {challenge.limit_words}:")
        for place, one in enumerate(now.inside, 1):
            mark = " reached" if now.reached(one) else ""
            seeds = f"{len(one.seeds)} seed{'s' * (len(one.seeds) > 1)}"
            say(options, f"  {place:2}. {one.mean:.2%} {seeds} {one.amount:,} {one.alias}{mark}")
        for run, why in now.unmeasured.items():
            say(options, f"  left out: {run}, for {why}")
    return shown | {"results": rooms.results(made, names=True)}


def _start(options: argparse.Namespace) -> dict[str, Any]:
    return _changed(options, lambda made, rooms: rooms.change(made, running=True))


def _stop(options: argparse.Namespace) -> dict[str, Any]:
    return _changed(options, lambda made, rooms: rooms.change(made, running=False))


def _clear(options: argparse.Namespace) -> dict[str, Any]:
    return _changed(options, lambda made, rooms: rooms.change(made, clear=True))


def _hide(options: argparse.Namespace) -> dict[str, Any]:
    return _changed(options, lambda made, rooms: rooms.change(made, names=False))


def _unhide(options: argparse.Namespace) -> dict[str, Any]:
    return _changed(options, lambda made, rooms: rooms.change(made, names=True))


def _changed(
    options: argparse.Namespace, change: Callable[["Room", ModuleType], None]
) -> dict[str, Any]:
    from cnnlab import rooms

    made = _named(options)
    change(made, rooms)
    shown = _shown(made)
    say(
        options,
        f"{shown['word']} {'runs' if shown['running'] else 'is stopped'}, "
        f"names are {'shown' if shown['names'] else 'hidden'}.",
    )
    return shown


def _export(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, rooms

    made, file = _named(options), Path(options.file)
    lab.score_all(made)
    lines = rooms.results(made, names=not options.anonymous)
    as_json = json.dumps(lines, indent=1) + "\n"
    try:
        file.write_text(as_json if file.suffix == ".json" else rooms.csv_of(lines))
    except OSError as error:
        raise LabError(f"{file} cannot be written ({error.strerror}).") from error
    say(options, f"{file}: {len(lines)} results")
    return {"file": str(file), "results": len(lines)}


def _close(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import rooms

    made = _named(options)
    gone = rooms.close(made, options.with_runs)
    say(
        options,
        f"Closed: {gone.pupils} names, {gone.collections} collections of drawings, "
        f"{gone.datasets} own datasets and {gone.runs} runs are deleted.",
    )
    return {"closed": True, "pupils": gone.pupils, "runs": gone.runs}


def _list(options: argparse.Namespace) -> list[dict[str, Any]]:
    from cnnlab import rooms

    found = [_shown(one) for one in rooms.list_rooms()]
    for one in found:
        state = "runs" if one["running"] else "stopped"
        say(options, f"{one['word']:32} {state:8} {len(one['pupils']):3} pupils  {one['title']}")
    for broken, why in rooms.damaged():
        say(options, f"{broken.name:32} damaged: {why} `room close {broken.name}` deletes it.")
    if not found:
        say(options, "There is no room yet: `python -m cnnlab room open` opens one.")
    return found
