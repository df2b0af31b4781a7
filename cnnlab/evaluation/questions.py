"""What the engine is asked about models on their test pictures.

A `folder` is a run's; the answers and the test pictures are kept in the engine between questions.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.question import LONG, Question

if TYPE_CHECKING:
    from cnnlab.evaluation.ablation import StepDown
    from cnnlab.evaluation.report import Duel, Report, Shown
    from cnnlab.evaluation.several_models import Together

LIMIT_S = 300.0


@dataclass(frozen=True)
class EvaluationReport(Question["Report"]):
    """Everything the Evaluate page says of one run."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path

    def answer(self) -> "Report":
        """Runs in the engine."""
        from cnnlab.evaluation.report import report

        return report(str(self.folder))


@dataclass(frozen=True)
class ConfusedPictures(Question["list[Shown]"]):
    """Test pictures of the class `truth` that the run calls `predicted`, at most 24."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path
    truth: int
    predicted: int

    def answer(self) -> "list[Shown]":
        """Runs in the engine."""
        from cnnlab.evaluation.report import pictures

        return pictures(str(self.folder), "cell", self.truth, self.predicted)


@dataclass(frozen=True)
class Rivalry(Question["tuple[Report, Duel, list[Shown]]"]):
    """A run's report, it and another on the same test pictures, and those only the other reads."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path
    rival: Path

    def answer(self) -> "tuple[Report, Duel, list[Shown]]":
        """Runs in the engine."""
        from cnnlab.evaluation.report import duel, only_first_right, report

        first, second = str(self.folder), str(self.rival)
        return report(first), duel(first, second), only_first_right(second, first)


@dataclass(frozen=True)
class SeveralTogether(Question["Together"]):
    """Several runs on the same test pictures: where they agree, class by class."""

    lane = LONG
    limit_s = LIMIT_S

    folders: tuple[Path, ...]

    def answer(self) -> "Together":
        """Runs in the engine."""
        from cnnlab.evaluation.several_models import together

        return together([str(folder) for folder in self.folders])


@dataclass(frozen=True)
class WhatIsLost(Question["StepDown"]):
    """Two neighboring sizes of a network: the pictures lost, and what the larger one needs."""

    lane = LONG
    limit_s = LIMIT_S

    smaller: Path
    larger: Path

    def answer(self) -> "StepDown":
        """Runs in the engine."""
        from cnnlab.evaluation.ablation import step_down
        from cnnlab.runs import Run

        return step_down(Run(self.smaller), Run(self.larger))
