"""What the engine is asked about taking a run along."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.question import CONVERSIONS, Question

if TYPE_CHECKING:
    from cnnlab.export import Bundle


@dataclass(frozen=True)
class PackedRun(Question["Bundle"]):
    """A run packed in several formats, every file checked first; none named: all it has."""

    lane = CONVERSIONS
    limit_s = 300.0

    folder: Path
    formats: tuple[str, ...] = ()

    def answer(self) -> "Bundle":
        """Runs in the engine."""
        from cnnlab.export import bundle_of

        return bundle_of(str(self.folder), self.formats)
