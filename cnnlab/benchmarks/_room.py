"""A class in one room: pupils who join over their sockets, draw, look at the wall and train."""

import contextlib
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from cnnlab import recipe, rooms, runs
from cnnlab.benchmarks._reruns import Reader, Tab, open_line
from cnnlab.benchmarks._server import Server, reading
from cnnlab.benchmarks.strokes import drawing
from cnnlab.errors import LabError
from cnnlab.rooms import Room

TRAININGS = 5
_CHALLENGE = "digits_quickly"


def room_of(
    server: Server, pupils: int, seconds: float, note: Callable[[str, float, str], None]
) -> None:
    """All join, half of them draw and half look at the wall, while five trainings wait or train.

    Raises:
        LabError: a pupil's page broke down, or a training failed.
    """
    room = rooms.open_room("benchmark", [_CHALLENGE])
    joined: list[float] = []
    ticks: list[float] = []
    strokes: list[float] = []
    looking = max(1, pupils // 2)
    with _looking(server, room, looking, joined, ticks):
        _train(room)
        with drawing(server, max(1, pupils - looking), strokes):
            time.sleep(seconds)
    for name, samples in (("join", joined), ("wall", ticks), ("stroke_in_class", strokes)):
        note(f"{name}_p50_ms", statistics.median(samples), "ms")
        note(f"{name}_p95_ms", sorted(samples)[max(0, round(0.95 * len(samples)) - 1)], "ms")
    note("pupils_in_the_room", len(room.pupils), "")
    for run, _ in rooms.runs_of(room):
        if run.status.state == "failed":
            raise LabError(f"{run.name} failed: {run.status.message}")
        if run.status.active:
            runs.request_stop(run)
    rooms.close(room)


def _train(room: Room) -> None:
    """Five small trainings, each of another pupil."""
    for number, pupil in enumerate(room.pupils[:TRAININGS]):
        config = recipe.plan("ladder", "digits", {"epochs": 20, "seed": number}, {"rung": 7})
        run = runs.create(replace(config, owner=pupil.alias))
        rooms.mark(run.path, room, pupil)


@contextlib.contextmanager
def _looking(
    server: Server, room: Room, pupils: int, joined: list[float], ticks: list[float]
) -> Iterator[None]:
    """So many pupils who join and look at the wall by its clock, until the block ends."""
    word = room.config.word
    pages = [partial(_pupil, server, word, number, joined, ticks) for number in range(pupils)]
    with reading(pages):
        deadline = time.monotonic() + 60.0
        while len(joined) < pupils and time.monotonic() < deadline:
            time.sleep(0.1)
        yield
    if not ticks or len(joined) < pupils:
        raise LabError(f"Of {pupils} pupils {len(joined)} could join.")


def _pupil(
    server: Server,
    word: str,
    number: int,
    joined: list[float],
    ticks: list[float],
    over: threading.Event,
) -> None:
    """One pupil: type word and name, press Join, then tick with the wall's clock."""
    over.wait(0.1 * number)
    with open_line(server.address) as line:
        page = Reader(line, f"rooms?room={word}")
        joined.append(page.fill({"join-word": word, "join-name": f"Pupil {number}"}, "join-go"))
        tab = Tab(line, "rooms")
        while not over.is_set():
            taken = tab.tick_ms()
            ticks.append(taken)
            over.wait(max(0.0, tab.interval_s - taken / 1000))
