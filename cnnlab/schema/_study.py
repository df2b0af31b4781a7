"""One question, many runs: what a study was asked, what it planned, and what each step came to."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cnnlab.schema._config import Name, Recipe, Settings, Side, Words
from cnnlab.schema._measured import Share
from cnnlab.schema._reading import Misfit, Within, optional

Cost = Annotated[int, Within(0, 10**15)]
Seconds = Annotated[float, Within(0, 1e10)]
Key = Annotated[str, Within(1, 100)]
Cell = tuple[Cost, Cost, Cost]


@dataclass(frozen=True, slots=True)
class Costs:
    """What a network costs, known before it is trained.

    Attributes:
        macs: For one picture.
        memory_bytes: The largest set of feature maps alive at once, one picture in float32.
        int8_bytes: Its LiteRT file in 8 bits; None where nobody asked for it.
    """

    params: Cost
    macs: Cost
    memory_bytes: Cost
    int8_bytes: Cost | None = optional(None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A network that may stand on a rung.

    `epoch_seconds` is how long a training epoch of it takes on the machine that planned.
    `changes` are training settings of its own, over the study's. `method` is the compression, with
    its `settings`, that makes it of the run the study began with; "": it is trained from the start.
    """

    architecture: Annotated[str, Within(1, 200)]
    knobs: Settings
    input_shape: tuple[Side, Side, Side]
    costs: Costs
    epoch_seconds: Seconds = 0.0
    changes: Settings = optional({})
    method: Annotated[str, Within(0, 100)] = optional("")
    settings: Settings = optional({})


@dataclass(frozen=True, slots=True)
class Rung:
    """One place of a study, and who competes for it; `title` is for what no cost says.

    `size` numbers the sizes that several rungs stand for, each in a way of its own; -1: one alone.
    """

    candidates: Annotated[tuple[Candidate, ...], Within(1, 1_000)]
    title: Words = optional("")
    size: Annotated[int, Within(-1, 1_000)] = optional(-1)


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """What a study does, all of it decided before its first run: same plan, same runs.

    Attributes:
        rungs: The cheapest first, where they differ in costs.
        recipe: How the winner of a rung is trained, its `seed` being the first of `seeds`.
        rounds: Epochs of each round of halving within a rung; fewer candidates go on to each.
        seeds: How many trainings of each winner, under seeds that follow each other.
        teacher: Whether the most accurate seed of the last rung teaches all the others.
        seconds: How long all of it was expected to take, one run after the other.
        notes: Sentences for the reader: rungs that could not be filled, say.
        finalists: How many networks of each rung are trained to the end, under all seeds; the
            one that reads most validation pictures stands for the rung.
    """

    rungs: Annotated[tuple[Rung, ...], Within(1, 1_000)]
    recipe: Recipe
    rounds: tuple[Annotated[int, Within(1, 100_000)], ...]
    seeds: Annotated[int, Within(1, 1_000)]
    teacher: bool
    seconds: Seconds
    notes: tuple[Words, ...] = ()
    finalists: Annotated[int, Within(1, 1_000)] = optional(1)


@dataclass(frozen=True, slots=True)
class StudyConfig:
    """All that was asked of a study, and its plan; `study.json`, written once.

    Attributes:
        kind: A key of `studies.STUDIES`.
        token: Tells it from an earlier study of the same name.
        architectures: Keys of `architectures.ARCHITECTURES`.
        settings: The kind's own knobs, all of them.
        parent: The run whose network it began with.
    """

    name: Key
    token: Key
    kind: Name
    dataset: Name
    architectures: Annotated[tuple[Name, ...], Within(1, 100)]
    settings: Settings
    plan: StudyPlan
    created: Annotated[str, Within(0, 100)] = ""
    owner: Words = optional("")
    command: str = optional("")
    parent: Annotated[str, Within(0, 100)] = optional("")


@dataclass(frozen=True, slots=True)
class StudyResult:
    """What one step of a study came to; a line of `results.jsonl`.

    Attributes:
        step: Which; see `StudyStep`.
        state: "failed" where there are no figures; `message` says why.
        test_accuracy: None for a step that leaves the test pictures unread.
        confusion: Of the test pictures: true class, answered class, count; zeros left out.
        seconds: From the run's start to its end.
    """

    step: Key
    run: Annotated[str, Within(1, 200)]
    state: Literal["done", "failed"]
    message: Annotated[str, Within(0, 10_000)] = optional("")
    val_accuracy: Share | None = optional(None)
    test_accuracy: Share | None = optional(None)
    test_count: Cost | None = optional(None)
    seconds: Seconds = optional(0.0)
    confusion: tuple[Cell, ...] = optional(())

    def sound(self, where: str) -> None:
        """A step that is done has been measured."""
        if self.state == "done" and self.val_accuracy is None:
            raise Misfit(f"{where}val_accuracy", "a share", None)
