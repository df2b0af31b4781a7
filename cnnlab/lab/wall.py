"""A room's wall: what its pupils trained, in one challenge, and what trains now."""

from contextlib import suppress
from dataclasses import dataclass

import plotly.graph_objects as go

from cnnlab import rooms
from cnnlab.errors import LabError
from cnnlab.lab.scoring import score_next
from cnnlab.plots.rooms import WallPoint, wall_chart
from cnnlab.rooms import COST_TITLES, Room, RoomStanding
from cnnlab.runs import Run


@dataclass(frozen=True)
class Training:
    """A run of a room that is not scored yet: whose, what it is called and what it does."""

    alias: str
    title: str
    words: str


@dataclass(frozen=True)
class Wall:
    """A room at one moment.

    Attributes:
        standings: Of each of its challenges.
        training: Runs that wait, train or are being scored.
        names: What each pupil is called on the wall, by made-up name.
        everybody: The same with names, whatever the room shows: for the teacher.
    """

    standings: tuple[RoomStanding, ...]
    training: tuple[Training, ...]
    names: dict[str, str]
    everybody: dict[str, str]

    def called(self, alias: str) -> str:
        """A pupil's name as it may be shown to all."""
        return self.names.get(alias, alias)


def wall(room: Room) -> Wall:
    """A room as it stands; has what is not scored yet scored.

    Raises:
        LabError: the room is closed or damaged.
    """
    score_next(room)
    scored = {score.run for score in room.scores}
    waiting = []
    for run, marked in rooms.runs_of(room):
        if run.name not in scored:
            with suppress(LabError):  # deleted meanwhile, or damaged
                waiting.append(Training(marked.alias, run.title, _doing(run)))
    everybody = {pupil.alias: pupil.name for pupil in room.pupils}
    shown = everybody if room.config.names else {}
    return Wall(rooms.standings(room), tuple(waiting), shown, everybody)


def wall_figure(found: Wall, place: int, mine: str = "") -> go.Figure:
    """The chart of one challenge; each pupil's best training carries their name.

    Args:
        found: The room.
        place: Of the challenge among the room's.
        mine: The made-up name of who looks, whose points say so.
    """
    now = found.standings[place]
    best = {}
    for entry in sorted(now.entries, key=lambda one: (now.reached(one), one.mean)):
        best[entry.alias] = entry
    points = [
        WallPoint(
            found.called(entry.alias) + (" (you)" if entry.alias == mine else ""),
            entry.amount,
            entry.mean,
            (min(entry.seeds.values()), max(entry.seeds.values())),
            f"{entry.mean:.2%} of {entry.count:,} pictures, {len(entry.seeds)} "
            f"seed{'s' * (len(entry.seeds) > 1)}, {entry.amount:,}",
            now.reached(entry),
            best[entry.alias] is entry,
        )
        for entry in now.entries
    ]
    challenge = now.challenge
    return wall_chart(points, challenge.limit, challenge.goal, COST_TITLES[challenge.cost].lower())


def _doing(run: Run) -> str:
    """What a run does, in a few words."""
    status, history = run.status, run.history
    if status.state == "done":
        return "being scored"
    if status.state not in ("running", "stopping"):
        return "waits" if status.state == "queued" else status.state
    words = f"epoch {len(history)} of {run.config.epochs}"
    return f"{words}, {history[-1].val_accuracy:.1%} in validation" if history else words
