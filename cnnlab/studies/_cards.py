"""What a kind of study is: a card, and a function from what was asked to what is to be trained."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnlab.architectures import ArchitectureCard
from cnnlab.registry import FunctionCard, Knob, Registry
from cnnlab.schema import Costs, Rung, Settings

# (architecture, input shape, knobs) -> costs; LabError where no such network can be built.
CostOf = Callable[[str, tuple[int, int, int], Settings], Costs]

# (pruning method, its settings) -> what is left of the run; LabError where nothing can be cut.
CostOfCut = Callable[[str, Settings], Costs]

# (architecture, input shape, knobs, board) -> why it does not fit there; "" where it does.
MisfitOf = Callable[[str, tuple[int, int, int], Settings, str], str]

SEEDS = Knob("seeds", 1, "Trainings of each winner; three show how much is luck.", 1, 20, 1)
MINUTES = Knob(
    "minutes",
    60.0,
    "How long all of it may take here; fewer epochs and fewer candidates where that is short.",
    0.1,
    100_000.0,
    1.0,
    unit="minutes",
)
FINALISTS = Knob(
    "finalists",
    3,
    "Networks of each rung that are trained to the end, under all seeds; fewer where time is "
    "short. The one that reads most validation pictures stands for the rung.",
    1,
    9,
    1,
)
SHARED = (MINUTES, SEEDS)


@dataclass(frozen=True)
class Asked:
    """What a study is to find out, before anything is planned.

    Attributes:
        architectures: At least one.
        input_shape: (height, width, channels) of its pictures.
        cost_of: What a network costs; runs where Keras is.
        cost_of_cut: What is left of the run it is about; None: it is about none.
        misfit_of: Why a network does not fit on a board, exported as C; takes half a second.
        own: The knobs of the run it begins with, of the first architecture; none: as usual.
    """

    dataset: str
    architectures: tuple[ArchitectureCard, ...]
    input_shape: tuple[int, int, int]
    classes: int
    cost_of: CostOf
    cost_of_cut: CostOfCut | None = None
    misfit_of: MisfitOf = lambda name, picture, knobs, board: ""
    own: Settings = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """What is to be trained, before it is known how long.

    `teacher` as in `StudyPlan`; `finalists` at most, fewer where time is short.
    """

    rungs: tuple[Rung, ...]
    teacher: bool = False
    notes: tuple[str, ...] = ()
    finalists: int = 1


@dataclass(frozen=True, kw_only=True)
class StudyCard(FunctionCard):
    """A kind of study.

    `function` takes an `Asked` and the card's knobs and returns a `Draft`. `axis` is the knob that
    names the cost its rungs differ in; "" where they differ in something else. `recipe` holds
    training settings over the dataset's usual ones. `of_run` says that it is about a trained run.
    """

    axis: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    of_run: bool = False


STUDIES: Registry[StudyCard] = Registry("kind of study", StudyCard, "cnnlab.studies.plans")
study_plan = STUDIES.register
