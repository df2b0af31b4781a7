"""What the engine is asked about studies: their plans."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.question import LONG, Question
from cnnlab.schema import StudyPlan

if TYPE_CHECKING:
    from cnnlab.studies._planning import Request


@dataclass(frozen=True)
class Planned(Question[StudyPlan]):
    """All runs of a study before the first: networks by cost, times, epochs."""

    lane = LONG
    limit_s = 600.0

    request: "Request"

    def answer(self) -> StudyPlan:
        """Runs in the engine."""
        from cnnlab.studies._planning import planned

        return planned(self.request)
