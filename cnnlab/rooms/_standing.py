"""How a room's challenge stands: every training by the mean over its seeds, best first."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cnnlab.rooms._cards import RoomChallenge
from cnnlab.schema import RoomScore


@dataclass(frozen=True)
class Entry:
    """One pupil's training of one network, with all its seeds.

    Attributes:
        alias: Whose, by the made-up name.
        run: The first of its runs; `runs` are all of them.
        seeds: Share of the pictures held back that it reads, 0..1, by seed.
        amount: What it takes of what is limited.
        count: Pictures held back.
    """

    alias: str
    run: str
    runs: tuple[str, ...]
    title: str
    seeds: Mapping[int, float]
    amount: int
    count: int
    params: int | None

    @property
    def mean(self) -> float:
        """Mean over the seeds, 0..1: the best seed alone would only be the luckiest."""
        return statistics.mean(self.seeds.values())


@dataclass(frozen=True)
class RoomStanding:
    """How a challenge stands in a room.

    Attributes:
        inside: Within the limit, best mean first; equal ones by what they take.
        outside: Above the limit, nearest first.
        unmeasured: Runs without the figures this challenge asks for, with the reason.
    """

    challenge: RoomChallenge
    inside: tuple[Entry, ...]
    outside: tuple[Entry, ...]
    unmeasured: Mapping[str, str]

    def reached(self, entry: Entry) -> bool:
        """Whether a training does what the challenge asks."""
        return entry in self.inside and entry.mean >= self.challenge.goal

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, those that take least first."""
        return tuple(sorted((*self.inside, *self.outside), key=lambda one: one.amount))


def standing(challenge: RoomChallenge, scores: Sequence[RoomScore]) -> RoomStanding:
    """Rank what a room's runs are worth in a challenge."""
    wanted = challenge.dataset_here
    found: dict[tuple[str, str], list[RoomScore]] = {}
    unmeasured = {}
    for score in scores:
        if score.dataset != wanted:
            continue
        if _share(challenge, score) is None or getattr(score, challenge.cost) is None:
            unmeasured[score.run] = score.message or "it could not be measured"
        else:
            found.setdefault((score.alias, score.asked), []).append(score)
    entries = [_entry(challenge, together) for together in found.values()]
    inside = [one for one in entries if one.amount <= challenge.limit]
    outside = [one for one in entries if one.amount > challenge.limit]
    return RoomStanding(
        challenge,
        tuple(sorted(inside, key=lambda one: (-one.mean, one.amount))),
        tuple(sorted(outside, key=lambda one: (one.amount, -one.mean))),
        unmeasured,
    )


def _share(challenge: RoomChallenge, score: RoomScore) -> float | None:
    return score.int8_accuracy if challenge.int8 else score.accuracy


def _entry(challenge: RoomChallenge, together: Sequence[RoomScore]) -> Entry:
    """Runs of one pupil that differ in their seed alone; of two with one seed the first."""
    seeds: dict[int, float] = {}
    for score in together:
        share = _share(challenge, score)
        if share is not None:
            seeds.setdefault(score.seed, share)
    first = together[0]
    amounts = [getattr(score, challenge.cost) for score in together]
    return Entry(
        first.alias,
        first.run,
        tuple(score.run for score in together),
        first.title,
        seeds,
        max(amounts),
        first.count,
        first.params,
    )
