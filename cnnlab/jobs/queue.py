"""Who trains next: priority first, then the owners in turn, the oldest run of each first.

All of it is read from the disk: owner and predecessors from each run's config, priority from a
file in its folder, and whose turn it is from `.turns.json`, written when a run is started.
"""

import contextlib
import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnlab import paths, runs, schema
from cnnlab.errors import LabError
from cnnlab.jobs.error_log import log_errors
from cnnlab.runs import Run
from cnnlab.schema import Status, Turns

_TURNS = ".turns.json"
_MOST_OWNERS = 500
_SETTLED = ("done", "failed", "stopped")
_settled: dict[Path, tuple[int, int]] = {}


@dataclass(frozen=True)
class Waiting:
    """A queued run. `position` is 1 for the next to start.

    `after` names the runs it still waits for; `limited` says that its owner trains as many runs
    as one may at once.
    """

    run: Run
    owner: str
    position: int
    after: tuple[str, ...] = ()
    limited: bool = False

    @property
    def sentence(self) -> str:
        """Why it does not train yet."""
        if self.after:
            names = ", ".join(self.after)
            return f"Waits until {names} {'are' if len(self.after) > 1 else 'is'} done."
        if self.limited:
            most = user_limit()
            return (
                f"Number {self.position} in the queue: {self.owner or 'its owner'} trains {most} "
                "at once already, and each may no more."
            )
        return f"Number {self.position} in the queue: it starts when a slot is free."


@dataclass(frozen=True)
class Queue:
    """The whole queue at one moment: who trains, who waits in which order, who waits in vain."""

    busy: list[tuple[Run, Status]]
    waiting: list[Waiting]
    hopeless: list[tuple[Run, str]]

    def of(self, run: Run) -> Waiting | None:
        """The place of a run that waits."""
        return next((waiting for waiting in self.waiting if waiting.run == run), None)


def slots() -> int:
    """How many runs train at once: `CNNLAB_SLOTS`, else one per two cores.

    Raises:
        LabError: `CNNLAB_SLOTS` is no whole number.
    """
    return _number("CNNLAB_SLOTS", max(1, (os.cpu_count() or 2) // 2))


def user_limit() -> int:
    """How many runs of one owner train at once: `CNNLAB_USER_LIMIT`; 0, as usual, is no limit.

    Raises:
        LabError: `CNNLAB_USER_LIMIT` is no whole number.
    """
    return _number("CNNLAB_USER_LIMIT", 0)


def _number(variable: str, usual: int) -> int:
    asked = os.environ.get(variable) or str(usual)
    if not asked.isdecimal():
        raise LabError(f"{variable} must be a whole number such as 2. Received: {asked!r}.")
    return int(asked)


def owner_of(run: Run) -> str:
    """Who started the run; empty when nobody said."""
    return run.config.owner


def known_owner(run: Run) -> str:
    """The same, and empty for a run whose config is damaged or gone."""
    with contextlib.suppress(LabError):
        return owner_of(run)
    return ""


def queue() -> Queue:
    """The queue as the disk tells it now; a damaged run, or one deleted meanwhile, is no part."""
    busy: list[tuple[Run, Status]] = []
    queued: list[tuple[Run, str, tuple[str, ...]]] = []
    hopeless: list[tuple[Run, str]] = []
    for run, status in _active():
        if status.state != "queued":
            busy.append((run, status))
            continue
        with log_errors(run.name):
            after, trouble = _predecessors(run)
            if trouble:
                hopeless.append((run, trouble))
            else:
                queued.append((run, owner_of(run), after))
    return Queue(busy, _placed(queued, Counter(known_owner(run) for run, _ in busy)), hopeless)


def _active() -> Iterator[tuple[Run, Status]]:
    """Runs that wait or work, oldest first; those that ended are looked at once."""
    for run in reversed(runs.list_runs(damaged=True)):
        found = None
        with log_errors(run.name):
            found = _status_of(run)
        if found and found.active:
            yield run, found


def _status_of(run: Run) -> Status | None:
    """How a run stands; None for one that is known to have ended, or is gone."""
    file = run.path / runs.STATUS_FILE
    stamp = _stamp(file)
    if stamp and _settled.get(run.path) == stamp:
        return None
    try:
        status = run.status
        written = None if status.active else schema.read(file, Status)
    except LabError:
        return None
    if stamp and written and written.state in _SETTLED:
        _settled[run.path] = stamp
    return status


def _stamp(file: Path) -> tuple[int, int] | None:
    """Changes whenever the file is replaced, also twice within one tick of the disk's clock."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _predecessors(run: Run) -> tuple[tuple[str, ...], str]:
    """The runs it still waits for; and one sentence when it would wait for ever."""
    waits = []
    for name in run.config.after:
        try:
            state = runs.find(name).status.state
        except LabError:
            return (), f"It was to follow {name}, which is gone (deleted or moved): start it anew."
        if state in ("failed", "stopped"):
            what = "failed" if state == "failed" else "was stopped"
            return (), f"It was to follow {name}, which {what}: resume that one, then this one."
        if state != "done":
            waits.append(name)
    return tuple(waits), ""


def _placed(
    queued: Iterable[tuple[Run, str, tuple[str, ...]]], training: Counter[str]
) -> list[Waiting]:
    """The queue in starting order; those that follow an unfinished run stand at the end."""
    waiting, limit = list(queued), user_limit()
    ready = [(run, owner) for run, owner, after in waiting if not after]
    order: list[tuple[Run, str, tuple[str, ...]]] = [
        (run, owner, ()) for run, owner in _in_turn(ready)
    ]
    order += [entry for entry in waiting if entry[2]]
    return [
        Waiting(run, owner, place, after, bool(limit) and training[owner] >= limit)
        for place, (run, owner, after) in enumerate(order, 1)
    ]


def _in_turn(ready: list[tuple[Run, str]]) -> Iterator[tuple[Run, str]]:
    """Runs with priority, then the others; within each the owners take turns."""
    turns = Counter(_turns())
    first = [entry for entry in ready if entry[0].priority_file.exists()]
    rest = [entry for entry in ready if entry not in first]
    for part in (first, rest):
        piles: dict[str, deque[Run]] = {}
        for run, owner in part:
            piles.setdefault(owner, deque()).append(run)
        while piles:
            # Whose last turn lies longest back; a tie goes to the one who has waited longest.
            owner = min(piles, key=lambda name: turns[name])
            yield piles[owner].popleft(), owner
            turns[owner] = 1 + max(turns.values(), default=0)
            if not piles[owner]:
                del piles[owner]


def _turns() -> dict[str, int]:
    """When each owner was served last, as a running number; lost, everybody is equal again."""
    with contextlib.suppress(LabError):
        found = schema.read(paths.runs_dir() / _TURNS, Turns)
        return dict(found.latest) if found else {}
    return {}


def note_turn(owner: str) -> None:
    """Write down that `owner` was served now. Called under the store's lock."""
    turns = _turns()
    turns[owner] = 1 + max(turns.values(), default=0)
    latest = sorted(turns, key=turns.__getitem__)[-_MOST_OWNERS:]
    schema.write(paths.runs_dir() / _TURNS, Turns({name: turns[name] for name in latest}))
