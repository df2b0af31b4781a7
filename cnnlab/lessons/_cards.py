"""What lessons are made of: the cards of lessons, and those of the figures that tell the truth."""

import inspect
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cnnlab.registry import Card, FunctionCard, Registry
from cnnlab.schema import LessonFile, Step

Unit = Literal["share", "points", "count", "pixels", "bytes", "times", "word", "pair"]


@dataclass(frozen=True)
class Truth:
    """What a figure came to.

    Attributes:
        value: A number; a word; or (class, what it is taken for).
        unit: What it counts. A share is 0..1, points are hundredths of accuracy.
        basis: What it rests on, such as "on 10,000 test pictures"; "" where it needs no word.
        labels: Of a pair: the classes one may choose from.
    """

    value: float | str | tuple[str, str]
    unit: Unit
    basis: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FigureCard(FunctionCard):
    """A figure a lesson may ask for: a function of words, such as a run's name, to a `Truth`."""

    unit: Unit = "count"

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """What has to be named for it: the function's parameters."""
        return tuple(inspect.signature(self.function).parameters)


FIGURES: Registry[FigureCard] = Registry("figure", FigureCard, "cnnlab.lessons.figures")
figure = FIGURES.register


@dataclass(frozen=True, kw_only=True)
class Lesson(Card):
    """One lesson; its description is what one learns.

    Attributes:
        minutes: How long it takes.
        turn: Its place in the list.
        taught_here: Whether a teacher wrote it for this server.
    """

    minutes: int
    steps: tuple[Step, ...]
    turn: int
    taught_here: bool = False

    @classmethod
    def of(cls, name: str, file: LessonFile, taught_here: bool = False) -> "Lesson":
        """The card of a lesson that was read from a file."""
        return cls(
            name=name,
            title=file.title,
            description=file.learn,
            minutes=file.minutes,
            steps=file.steps,
            turn=file.turn,
            taught_here=taught_here,
        )


LESSONS: Registry[Lesson] = Registry("lesson", Lesson, "cnnlab.lessons")
