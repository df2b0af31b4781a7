"""What a file format is: who writes it, who reads it, and how far it may be from the run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnlab.registry import FunctionCard, Registry
from cnnlab.runs import Run


@dataclass(frozen=True)
class Tolerance:
    """How far a file's answers may be from the run's.

    `difference` is the most between two probabilities, `agreement` the least share of pictures
    (0..1) named alike.
    """

    difference: float
    agreement: float

    def allows(self, difference: float, agreement: float) -> bool:
        """Whether a file that is so far off may be offered; a figure that is no number may not."""
        return difference <= self.difference and agreement >= self.agreement

    @property
    def words(self) -> str:
        """The rule in words."""
        if self.difference < 1:
            return f"probabilities may differ by {self.difference:g}"
        return f"{self.agreement:.0%} must be named alike"


FULL_PRECISION = Tolerance(difference=1e-4, agreement=0.0)
FEWER_BITS = Tolerance(difference=1.0, agreement=0.99)


def has_full_precision(run: Run) -> bool:
    """Whether the run's own network was not quantized."""
    return run.network_file != run.tflite_file


@dataclass(frozen=True, kw_only=True)
class FormatCard(FunctionCard):
    """A file format. The function takes a `Run` and returns the file's bytes, or several files.

    Attributes:
        file: The file's place in the archive; of several the one that the reader is given.
        reader: Asks such a file: `(path, pictures)`, pictures float32 in 0..1
            `(n, height, width, channels)`, to probabilities `(n, classes)`. Its source travels
            with the archive, so it imports what it needs itself and calls nothing of ours.
        packages: What has to be installed for the reader.
        tolerance: What the file is held to before it is offered.
        fits: The runs that can be written so.
        on_phones: Whether a phone's browser opens the file as it is, so that a code leads there.
        note: What else a reader wants to know of such files, in words; mostly nothing.
    """

    file: str
    reader: Callable[[Path, np.ndarray], np.ndarray]
    packages: str
    tolerance: Tolerance
    fits: Callable[[Run], bool] = has_full_precision
    on_phones: bool = False
    note: Callable[[Mapping[str, bytes]], str] = lambda files: ""


def files_of(form: FormatCard, run: Run) -> Mapping[str, bytes]:
    """A run's files in one format, by their place in the archive."""
    made = form.function(run)
    return {form.file: made} if isinstance(made, bytes) else made


FORMATS: Registry[FormatCard] = Registry("export format", FormatCard, "cnnlab.export.formats")
export_format = FORMATS.register


def formats_of(run: Run) -> tuple[FormatCard, ...]:
    """The formats a run can be written in."""
    return tuple(card for card in FORMATS if card.fits(run))
