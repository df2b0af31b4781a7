"""What the engine is asked about the health of a run; a `folder` is a run's."""

from dataclasses import dataclass
from pathlib import Path

from cnnlab.clinic import Finding
from cnnlab.question import LONG, Question


@dataclass(frozen=True)
class Diagnosis(Question[tuple[Finding, ...]]):
    """What is wrong with the training of the run in `folder`, the surest finding first."""

    lane = LONG
    limit_s = 300.0

    folder: Path

    def answer(self) -> tuple[Finding, ...]:
        """Runs in the engine."""
        from cnnlab.clinic.examination import examine
        from cnnlab.runs import Run

        return examine(Run(self.folder))
