"""What the engine is asked about making networks smaller; a `folder` is a run's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.question import LONG, Question
from cnnlab.registry import Value
from cnnlab.schema import RunConfig

if TYPE_CHECKING:
    from cnnlab.compression.bit_widths import BitWidths
    from cnnlab.compression.distillation.pyramid import Level
    from cnnlab.compression.forgotten import Forgotten
    from cnnlab.compression.ledger import Costs
    from cnnlab.compression.pruning.preview import Preview
    from cnnlab.compression.pruning.sensitivity import Sensitivity
    from cnnlab.compression.pruning.zeros import LayerZeros
    from cnnlab.compression.quantized_value import Int8Figures, QuantizedValue

LIMIT_S = 300.0


@dataclass(frozen=True)
class PyramidPlan(Question["list[Level]"]):
    """The levels of a Pyramid before anything runs; fields as of `pyramid.plan`."""

    lane = LONG
    limit_s = LIMIT_S

    teacher: Path
    ladder: tuple[str, ...]
    settings: Mapping[str, Value]
    training: Mapping[str, Value]
    knobs: Mapping[str, Value]

    def answer(self) -> "list[Level]":
        """Runs in the engine."""
        from cnnlab.compression.distillation.pyramid import plan

        return plan(str(self.teacher), self.ladder, self.settings, self.training, self.knobs)


@dataclass(frozen=True)
class DistillationTrial(Question[str]):
    """Why distillations cannot go as planned, tried before any is queued; "" where they can.

    `configs` are those of the students in their order, the first one's teacher is the run in
    `teacher`.
    """

    lane = LONG
    limit_s = LIMIT_S

    teacher: Path
    configs: tuple[RunConfig, ...]

    def answer(self) -> str:
        """Runs in the engine."""
        from cnnlab.compression._rehearsal import rehearse_chain
        from cnnlab.errors import LabError
        from cnnlab.runs import Run

        try:
            rehearse_chain(Run(self.teacher), self.configs)
        except LabError as error:
            return str(error)
        return ""


@dataclass(frozen=True)
class PruningPreview(Question["Preview"]):
    """What pruning by a method would leave, before anything is trained on."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path
    method: str
    settings: Mapping[str, Value]

    def answer(self) -> "Preview":
        """Runs in the engine."""
        from cnnlab.compression.pruning.preview import preview

        return preview(str(self.folder), self.method, self.settings)


@dataclass(frozen=True)
class LayerSensitivity(Question["Sensitivity"]):
    """What each layer loses without its weakest filters."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path

    def answer(self) -> "Sensitivity":
        """Runs in the engine."""
        from cnnlab.compression.pruning.sensitivity import sensitivity

        return sensitivity(str(self.folder))


@dataclass(frozen=True)
class ZeroMaps(Question["tuple[LayerZeros, ...]"]):
    """Where a run's zeros are, layer by layer."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path

    def answer(self) -> "tuple[LayerZeros, ...]":
        """Runs in the engine."""
        from cnnlab.compression.pruning.zeros import zeros
        from cnnlab.runs import Run

        return zeros(Run(self.folder))


@dataclass(frozen=True)
class MeasuredCosts(Question["Costs"]):
    """One run's costs, measured now."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path

    def answer(self) -> "Costs":
        """Runs in the engine."""
        from cnnlab.compression.ledger import measure

        return measure(str(self.folder))


@dataclass(frozen=True)
class ForgottenPictures(Question["Forgotten"]):
    """Test pictures the parent reads and the child does not."""

    lane = LONG
    limit_s = LIMIT_S

    parent: Path
    child: Path

    def answer(self) -> "Forgotten":
        """Runs in the engine."""
        from cnnlab.compression.forgotten import forgotten

        return forgotten(str(self.parent), str(self.child))


@dataclass(frozen=True)
class ValueInInt8(Question["QuantizedValue"]):
    """One value of a layer in floats and in int8; fields as of `quantized_value`."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path
    layer: int
    place: tuple[int, int, int]
    picture: int

    def answer(self) -> "QuantizedValue":
        """Runs in the engine."""
        from cnnlab.compression.quantized_value import quantized_value
        from cnnlab.runs import Run

        return quantized_value(Run(self.folder), self.layer, self.place, self.picture)


@dataclass(frozen=True)
class FiguresInInt8(Question["Int8Figures"]):
    """A run in floats and in int8 on its test pictures, class by class."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path

    def answer(self) -> "Int8Figures":
        """Runs in the engine."""
        from cnnlab.compression.quantized_value import int8_figures
        from cnnlab.runs import Run

        return int8_figures(Run(self.folder))


@dataclass(frozen=True)
class FewerBits(Question["BitWidths"]):
    """What a run keeps with weights of so few bits, a number for each layer; the last repeats."""

    lane = LONG
    limit_s = LIMIT_S

    folder: Path
    bits: tuple[int, ...]

    def answer(self) -> "BitWidths":
        """Runs in the engine."""
        from cnnlab.compression.bit_widths import simulated
        from cnnlab.runs import Run

        return simulated(Run(self.folder), self.bits)
