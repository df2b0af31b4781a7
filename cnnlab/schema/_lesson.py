"""A lesson as its author writes it: text and the state of pages, never code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from cnnlab.schema._config import Name
from cnnlab.schema._reading import Misfit, Within, optional

Sentence = Annotated[str, Within(0, 600)]
Title = Annotated[str, Within(1, 80)]
Key = Annotated[str, Within(1, 80)]
Figure = Annotated[float, Within(-1e12, 1e12)]
Setting = Annotated[str, Within(0, 200)] | tuple[Annotated[str, Within(0, 200)], ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What the pupil guesses before the page shows it, and where the truth comes from.

    Attributes:
        ask: The question.
        kind: "slider" between `low` and `high`, or over the numbers `marks`; "choice" among
            `options`; "pair": which class is taken for which.
        figure: A key of `lessons.FIGURES`: it computes the truth.
        of: What that figure is asked about, such as a run's name.
        why: One sentence, shown with the truth.
        cover: What on the page would tell it: out of sight until there is a guess, by the beginning
            of its key.
    """

    ask: Annotated[str, Within(1, 300)]
    kind: Literal["slider", "choice", "pair"]
    figure: Name
    of: Mapping[str, Annotated[str, Within(0, 200)]]
    why: Sentence = optional("")
    low: Figure = optional(0.0)
    high: Figure = optional(0.0)
    step: Annotated[float, Within(0, 1e12)] = optional(1.0)
    marks: Annotated[tuple[Figure, ...], Within(0, 40)] = optional(())
    options: Annotated[tuple[Title, ...], Within(0, 20)] = optional(())
    cover: Annotated[tuple[Key, ...], Within(0, 40)] = optional(())

    def sound(self, where: str) -> None:
        """Each kind has what it lets one choose from."""
        if self.kind == "choice" and len(self.options) < 2:
            raise Misfit(f"{where}.options", "a list of 2 or more", list(self.options))
        if self.kind == "slider" and len(self.marks) == 1:
            raise Misfit(f"{where}.marks", "a list of 2 or more", list(self.marks))
        if self.kind == "slider" and not self.marks:
            if self.high <= self.low:
                raise Misfit(f"{where}.high", f"more than low, {self.low:g},", self.high)
            if not 0 < self.step <= self.high - self.low:
                raise Misfit(f"{where}.step", "more than 0 and at most high - low", self.step)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a sentence beside the real page in the right state.

    Attributes:
        say: What to know.
        do: What to try on the page; "" where there is only to look.
        page: The page's file name without its ending.
        state: Its address's parameters, by which it restores what it shows.
        hide: Containers and controls that this step does not need, by the beginning of their keys.
        why: One sentence after a step without a guess.
    """

    say: Annotated[str, Within(1, 600)]
    page: Annotated[str, Within(1, 40)]
    state: Mapping[str, Setting] = optional({})
    do: Sentence = optional("")
    guess: Guess | None = optional(None)
    hide: Annotated[tuple[Key, ...], Within(0, 40)] = optional(())
    why: Sentence = optional("")


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A whole lesson, one file.

    Attributes:
        turn: Its place in the list, the lowest first.
        minutes: How long it takes.
        learn: What one knows afterwards, a sentence.
    """

    title: Title
    minutes: Annotated[int, Within(1, 240)]
    learn: Annotated[str, Within(1, 300)]
    steps: Annotated[tuple[Step, ...], Within(1, 60)]
    turn: Annotated[int, Within(0, 10_000)] = optional(1_000)
