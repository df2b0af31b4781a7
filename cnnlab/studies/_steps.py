"""What a study does next: a function of its plan and of what its steps came to, nothing else."""

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cnnlab.schema import Candidate, StudyPlan, StudyResult
from cnnlab.studies._timing import left

Results = Mapping[str, StudyResult]


@dataclass(frozen=True)
class Step:
    """One run of a study: a candidate in a round of halving, or the winner under one seed.

    `round` is None for a finalist; `number` counts seeds from 0.
    """

    rung: int
    candidate: int
    epochs: int
    round: int | None = None
    number: int = 0
    taught: bool = False

    @property
    def key(self) -> str:
        """Its name within the study; the same whenever the study is asked again."""
        last = f"seed{self.number}" if self.round is None else f"round{self.round}"
        return f"rung{self.rung:02d}-network{self.candidate:02d}-{last}"

    @property
    def tested(self) -> bool:
        """Whether the test pictures are read: once for each finished rung and seed."""
        return self.round is None

    def of(self, plan: StudyPlan) -> Candidate:
        """The network it trains."""
        return plan.rungs[self.rung].candidates[self.candidate]


def order(plan: StudyPlan) -> list[int]:
    """Rungs in the order they are trained: both ends first, then the middle of each gap.

    A teacher comes before all others. So the curve shows its shape early.
    """
    last = len(plan.rungs) - 1
    ends = [last, 0] if plan.teacher else [0, last]
    found, gaps = list(dict.fromkeys(ends)), [(0, last)]
    while gaps:
        low, high = gaps.pop(0)
        middle = (low + high) // 2
        if middle in (low, high):
            continue
        found.append(middle)
        gaps += [(low, middle), (middle, high)]
    return found


def ready(plan: StudyPlan, results: Results) -> list[Step]:
    """Steps that may start now, in the order to start them; none: nothing is left to do."""
    return [step for rung in order(plan) for step in _of_rung(plan, rung, results)]


def finalists(plan: StudyPlan, rung: int, results: Results) -> list[int]:
    """The candidates that a rung's rounds leave; none while they last, or where all failed."""
    rounds = rounds_of_rung(plan, rung, results)
    if len(rounds[-1]) > plan.finalists:
        return []
    if len(rounds) == 1:
        return rounds[-1]
    last = [_trial(plan, rung, one, len(rounds) - 2) for one in rounds[-1]]
    return [step.candidate for step in last if results[step.key].state == "done"]


def winner(plan: StudyPlan, rung: int, results: Results) -> int | None:
    """The finalist that reads most validation pictures, over its seeds so far; None: none yet."""

    def mean(candidate: int) -> float:
        ended = [results.get(step.key) for step in finals(plan, rung, candidate)]
        read = [_score(one) for one in ended if one and one.state == "done"]
        return statistics.mean(read) if read else -1.0

    # A tie goes to the one that comes first: the nearest to the rung's middle.
    return max(finalists(plan, rung, results), key=mean, default=None)


def rounds_of_rung(plan: StudyPlan, rung: int, results: Results) -> list[list[int]]:
    """The candidates of each round so far; the last entry is who is left."""
    alive = list(range(len(plan.rungs[rung].candidates)))
    found = [alive]
    for number in range(len(plan.rounds)):
        if len(alive) <= plan.finalists:
            break
        steps = [_trial(plan, rung, one, number) for one in alive]
        if any(step.key not in results for step in steps):
            break
        ranks = {step.candidate: _score(results[step.key]) for step in steps}
        # A tie goes to the one that comes first: the nearest to the rung's middle.
        best = sorted(alive, key=lambda one: -ranks[one])
        alive = sorted(best[: left(len(best), plan.finalists)])
        found.append(alive)
    return found


def teacher(plan: StudyPlan, results: Results) -> StudyResult | None:
    """The run of the last rung that reads most validation pictures; None: not there yet."""
    rung = len(plan.rungs) - 1
    going = finalists(plan, rung, results)
    ended = [results.get(step.key) for one in going for step in finals(plan, rung, one)]
    done = [result for result in ended if result and result.state == "done"]
    return max(done, key=_score, default=None) if None not in ended else None


def finals(plan: StudyPlan, rung: int, candidate: int) -> list[Step]:
    """A finalist's trainings, one for each seed."""
    taught = plan.teacher and rung < len(plan.rungs) - 1
    epochs = plan.recipe.epochs
    return [Step(rung, candidate, epochs, None, number, taught) for number in range(plan.seeds)]


def all_steps(plan: StudyPlan, results: Results) -> Iterator[Step]:
    """Every step that was, is or will be, as far as it is known: of open rounds the first."""
    for rung in range(len(plan.rungs)):
        rounds = rounds_of_rung(plan, rung, results)
        alive = rounds[-1]
        for number, those in enumerate(rounds[: len(plan.rounds)]):
            if len(those) > plan.finalists:
                yield from (_trial(plan, rung, one, number) for one in those)
        for number in range(len(rounds), len(plan.rounds)):
            alive = alive[: left(len(alive), plan.finalists)]
            if len(alive) > plan.finalists:
                yield from (_trial(plan, rung, one, number) for one in alive)
        for one in alive[: plan.finalists]:
            yield from finals(plan, rung, one)


def _of_rung(plan: StudyPlan, rung: int, results: Results) -> list[Step]:
    rounds = rounds_of_rung(plan, rung, results)
    alive = rounds[-1]
    if len(alive) > plan.finalists:
        steps = [_trial(plan, rung, one, len(rounds) - 1) for one in alive]
        return [step for step in steps if step.key not in results]
    of_each = [finals(plan, rung, one) for one in finalists(plan, rung, results)]
    steps = [step for seed in zip(*of_each, strict=True) for step in seed]  # first seeds first
    if steps and steps[0].taught and not _taught_by(plan, results):
        return []
    return [step for step in steps if step.key not in results]


def _taught_by(plan: StudyPlan, results: Results) -> bool:
    """Whether the teacher is there, or will never be: then rungs learn without one."""
    rung = len(plan.rungs) - 1
    return teacher(plan, results) is not None or not _of_rung(plan, rung, results)


def _trial(plan: StudyPlan, rung: int, candidate: int, number: int) -> Step:
    return Step(rung, candidate, plan.rounds[number], number)


def _score(result: StudyResult) -> float:
    return -1.0 if result.val_accuracy is None else result.val_accuracy
