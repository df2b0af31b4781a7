"""What the engine is asked about networks before anything is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cnnlab.errors import LabError
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
class NetworkFigures:
    """What the page of one network shows.

    Attributes:
        table: The network's layers and costs.
        source: Those it has in its source; the same object where no knob was turned.
        beside: A second network's; None where none was asked for.
        misfit: Why the second one stands at its own input; "" where it fits this one's.
        script: The network as a Keras script; "" where none was asked for.
    """

    table: "Summary"
    source: "Summary"
    beside: "Summary | None" = None
    misfit: str = ""
    script: str = ""


@dataclass(frozen=True)
class NetworkView(Question[NetworkFigures]):
    """One view of a network's page, all in one question.

    Attributes:
        network: As set.
        changed: Whether that differs from the source's, whose figures then come along.
        beside: The second network's name, its knobs as in its source; "" for none.
        script: Whether the Keras script is wanted.
    """

    lane = LIGHT

    network: LayerTable
    changed: bool = False
    beside: str = ""
    script: bool = False

    def answer(self) -> NetworkFigures:
        """Runs in the engine."""
        from cnnlab import architectures

        own = self.network
        table = own.answer()
        source = LayerTable(own.architecture).answer() if self.changed else table
        beside, misfit = self._second() if self.beside else (None, "")
        fields = own.architecture, own.input_shape, own.classes, own.knobs
        script = architectures.script(*fields) if self.script else ""
        return NetworkFigures(table, source, beside, misfit, script)

    def _second(self) -> "tuple[Summary, str]":
        """The second network at the first one's input, or at its own and why."""
        same_input = LayerTable(self.beside, self.network.input_shape, self.network.classes)
        try:
            return same_input.answer(), ""
        except LabError as error:
            return LayerTable(self.beside).answer(), str(error)
