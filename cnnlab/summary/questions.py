"""What the engine is asked about networks before anything is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cnnlab.question import LIGHT, Question
from cnnlab.registry import Value

if TYPE_CHECKING:
    from cnnlab.summary import Summary


@dataclass(frozen=True)
class LayerTable(Question["Summary"]):
    """A network's layers and what they cost; fields and errors as of `architectures.build`."""

    lane = LIGHT

    architecture: str
    input_shape: tuple[int, ...] | None = None
    classes: int | None = None
    knobs: Mapping[str, Value] = field(default_factory=dict)

    def answer(self) -> "Summary":
        """Runs in the engine."""
        from cnnlab import summary

        return summary.summarize_architecture(
            self.architecture, self.input_shape, self.classes, self.knobs
        )


@dataclass(frozen=True)
class ChangedLayerTable(Question["tuple[Summary, Summary]"]):
    """Two layer tables: of a network whose knobs were turned, and of it as in the source."""

    lane = LIGHT

    changed: LayerTable
    source: LayerTable

    def answer(self) -> "tuple[Summary, Summary]":
        """Runs in the engine."""
        return self.changed.answer(), self.source.answer()


@dataclass(frozen=True)
class NetworkScript(Question[str]):
    """A Keras script of exactly this network, to run without the lab; fields as `LayerTable`."""

    lane = LIGHT

    architecture: str
    input_shape: tuple[int, ...] | None = None
    classes: int | None = None
    knobs: Mapping[str, Value] = field(default_factory=dict)

    def answer(self) -> str:
        """Runs in the engine."""
        from cnnlab import architectures

        return architectures.script(self.architecture, self.input_shape, self.classes, self.knobs)
