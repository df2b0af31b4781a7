"""How long a study takes, and how much of it fits into the time there is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlab.errors import LabError
from cnnlab.schema import Rung

# First guesses, which the study's own runs correct: starting, building and measuring a run, and
# what an epoch takes besides its steps (validation, checkpoint, history).
RUN_S, EPOCH_S = 3.0, 0.1
_IN_HAND = 0.75  # of the minutes are planned: two trainings side by side are slower than one
ETA = 3  # of so many candidates one goes on (Jamieson and Talwalkar, 2016)
_FAIR_SHARE = 3  # fewer epochs than this part of the usual ones: rather fewer candidates


@dataclass(frozen=True)
class Schedule:
    """Epochs of each halving round and of the finalists, networks a rung, and seconds in all."""

    rounds: tuple[int, ...]
    epochs: int
    candidates: int
    seconds: float
    finalists: int = 1


def left(candidates: int, finalists: int) -> int:
    """How many of a round's candidates go on."""
    return max(finalists, math.ceil(candidates / ETA))


def rounds_of(candidates: int, epochs: int, finalists: int = 1) -> tuple[int, ...]:
    """Epochs of each round that `candidates` go through before the finalists are left."""
    count = 0
    while candidates > finalists:
        candidates = left(candidates, finalists)
        count += 1
    return tuple(max(1, round(epochs / ETA**more)) for more in range(count, 0, -1))


def scheduled(
    rungs: Sequence[Rung],
    epochs: int,
    seeds: int,
    minutes: float,
    slots: int,
    finalists: int = 1,
    enough: int = 1,
) -> Schedule:
    """As many epochs, finalists and candidates as fit into the minutes, at most the usual ones.

    Short of time, finalists go first, then epochs that are more than enough, then candidates.

    Args:
        rungs: Their candidates' `epoch_seconds` are known.
        epochs: Of a finalist, where there is time.
        seeds: Trainings of each finalist.
        minutes: For all of it.
        slots: Trainings side by side.
        finalists: Of each rung, where there is time.
        enough: Epochs a network needs to learn; candidates go before one of these does.

    Raises:
        LabError: not even one epoch of each rung's winner fits; the message says what it takes.
    """
    limit = minutes * 60 * max(1, slots) * _IN_HAND
    most = max(len(rung.candidates) for rung in rungs)
    for candidates in range(most, 0, -1):
        least = min(epochs, max(1, enough, epochs // _FAIR_SHARE)) if candidates > 1 else 1
        several = [(epochs, last) for last in range(min(finalists, candidates), 1, -1)]
        for count, last in [*several, *((count, 1) for count in range(epochs, least - 1, -1))]:
            seconds = total_seconds(rungs, candidates, count, seeds, last)
            if seconds <= limit:
                rounds = rounds_of(candidates, count, last)
                return Schedule(rounds, count, candidates, seconds / max(1, slots), last)
    raise LabError(_too_short(rungs, seeds, minutes, max(1, slots)))


def total_seconds(
    rungs: Sequence[Rung], candidates: int, epochs: int, seeds: int, finalists: int = 1
) -> float:
    """Seconds of all runs, one after the other."""
    total = 0.0
    for rung in rungs:
        each = [one.epoch_seconds for one in rung.candidates[:candidates]]
        mean, going = sum(each) / len(each), len(each)
        for count in rounds_of(len(each), epochs, finalists):
            total += going * (RUN_S + count * mean)
            going = left(going, finalists)
        total += going * seeds * (RUN_S + epochs * mean)
    return total


def _too_short(rungs: Sequence[Rung], seeds: int, minutes: float, slots: int) -> str:
    largest = max((one for rung in rungs for one in rung.candidates), key=lambda c: c.epoch_seconds)
    epoch, needed = largest.epoch_seconds, total_seconds(rungs, 1, 1, seeds) / slots
    words = f"of the largest rung ({largest.costs.params:,} parameters) takes {spoken(epoch)} here"
    enough = math.ceil(needed / 60 / _IN_HAND)
    return (
        f"One epoch {words}, and one epoch of each rung takes {spoken(needed)} in all, too much "
        f"for {minutes:g} minutes: give it {enough:,} {'minutes' if enough > 1 else 'minute'} or "
        "more, fewer rungs, or a smaller range."
    )


def spoken(seconds: float) -> str:
    """Such as "40 s", "3 min" or "2.5 h"."""
    if seconds < 90:
        return f"{max(1, math.ceil(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
