"""What the engine is asked about operations on filters. A `folder` is the run's."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.question import LONG, Question
from cnnlab.schema import FilterOperation

if TYPE_CHECKING:
    from cnnlab.runs import Run
    from cnnlab.surgery.filter_facts import FilterFacts
    from cnnlab.surgery.operating import Table
    from cnnlab.surgery.outcome import Outcome


@dataclass(frozen=True)
class OperatingTable(Question["Table"]):
    """A network after operations: its layers, one layer's kernels, a sample's answers."""

    folder: Path
    operations: tuple[FilterOperation, ...]
    layer: str

    def answer(self) -> "Table":
        """Runs in the engine."""
        from cnnlab.surgery.operating import table

        return table(self.folder, self.operations, self.layer)


@dataclass(frozen=True)
class OperatedOnAll(Question["Outcome"]):
    """What the operations do to the answers to all test pictures."""

    lane = LONG
    limit_s = 300.0

    folder: Path
    operations: tuple[FilterOperation, ...]

    def answer(self) -> "Outcome":
        """Runs in the engine."""
        from cnnlab.surgery.operating import bench

        return bench(self.folder).outcome(self.operations, whole=True)


@dataclass(frozen=True)
class AboutFilter(Question["FilterFacts"]):
    """One filter of the run as it was trained: weights, wishes, patches, classes, cost."""

    folder: Path
    layer: str
    filter: int

    def answer(self) -> "FilterFacts":
        """Runs in the engine."""
        from cnnlab.surgery.filter_facts import filter_facts

        return filter_facts(self.folder, self.layer, self.filter)


@dataclass(frozen=True)
class KeptRun(Question["Run"]):
    """A run of its own with what the operations leave."""

    lane = LONG
    limit_s = 300.0

    folder: Path
    operations: tuple[FilterOperation, ...]
    title: str = ""
    owner: str = ""

    def answer(self) -> "Run":
        """Runs in the engine."""
        from cnnlab.surgery.saving import keep

        return keep(self.folder, self.operations, self.title, self.owner)
