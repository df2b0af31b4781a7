"""How the learning rate moves: one file for each schedule, plain numbers without Keras.

A function takes how much of the training is done, 0 at its first batch and 1 at its end, and
returns what the rate asked for is multiplied by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cnnlab.registry import FunctionCard, Registry


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
