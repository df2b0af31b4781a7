"""How the learning rate moves: one file for each schedule, plain numbers without Keras.

A function takes how much of the training is done, 0 at its first batch and 1 at its end, and
returns what the rate asked for is multiplied by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cnnlab.registry import FunctionCard, Registry
from cnnlab.schema import Recipe, RunConfig


@dataclass(frozen=True, kw_only=True)
class ScheduleCard(FunctionCard):
    """A schedule.

    `by_losses` is the part that cannot be planned: from the validation losses so far, one per
    epoch, it says what the planned rate is multiplied by; None where all is planned. It depends
    on the losses alone, so a resumed run goes on exactly where it was.
    """

    by_losses: Callable[[Sequence[float]], float] | None = None


SCHEDULES: Registry[ScheduleCard] = Registry("schedule", ScheduleCard, "cnnlab.schedules")
schedule = SCHEDULES.register


def planned_rate(recipe: Recipe, done: float) -> float:
    """The learning rate where `done` of a plan, 0..1, lies behind."""
    share: float = SCHEDULES[recipe.schedule].function(done)
    return recipe.learning_rate * share


def rate_at(
    config: RunConfig, place: float, batches: int = 1, first_stage: int = 0, factor: float = 1.0
) -> float:
    """The learning rate `place` batches after the start, changes by hand included.

    A rate set by hand stays until it is set again. Where epochs are added or taken away, the rest
    of the plan stretches or shrinks to the new end, without a jump.

    Args:
        config: Of the run; its interventions lie on the way.
        place: Counted from 0; with `batches=1` in epochs.
        batches: How many an epoch has.
        first_stage: After so many epochs the plan begins anew.
        factor: From `recipe.rate_factor`; no matter where the rate was set by hand.
    """
    passed = [
        (one.epoch * batches + one.batch * batches / one.batches, one)
        for one in config.interventions
    ]
    passed = [(at, one) for at, one in passed if at <= place]
    by_hand = [one.learning_rate for _, one in passed if one.learning_rate is not None]
    if by_hand:
        return by_hand[-1]
    begin, end, done = 0.0, float(first_stage * batches), 0.0
    if place >= end:
        begin, end = end, float(config.recipe.epochs * batches)
        for at, one in passed:
            if one.epochs is not None:
                moved = max(at, begin)
                done += (1 - done) * (moved - begin) / ((end - begin) or 1)
                begin, end = moved, float(one.epochs * batches)
    done += (1 - done) * (place - begin) / ((end - begin) or 1)
    return planned_rate(config.recipe, done) * factor
