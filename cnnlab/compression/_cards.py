"""What a way to make a network smaller is: its kind, its methods, and what is asked of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from cnnlab.compression import _reasons
from cnnlab.compression_kinds import KINDS, KindCard
from cnnlab.registry import FunctionCard, Registry, Value

if TYPE_CHECKING:
    from cnnlab.compression.distillation._matching import Match
    from cnnlab.compression.ledger import Costs

    Explain = Callable[[str, Costs, Costs], str]


@dataclass(frozen=True, kw_only=True)
class MethodCard(FunctionCard):
    """A way to make a network smaller.

    Attributes:
        formula: LaTeX.
        shared: So many knobs at the end of `knobs` belong to the whole kind and are read by the
            worker, not by the function.
        recipe: Training settings that suit the method.
        is_default: The one of its kind that one begins with.
        made_for: Architectures whose children one begins to make by this method instead.
        explain: Why a cost did not fall: `(key of the ledger's column, parent's line, child's
            line)`, to a clause, or to "" where nothing is to be said.
    """

    formula: str = ""
    shared: int = 0
    recipe: Mapping[str, Value] = field(default_factory=dict)
    is_default: bool = False
    made_for: tuple[str, ...] = ()
    explain: "Explain" = _reasons.smaller_network

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the knobs the function itself takes."""
        return tuple(knob.name for knob in self.knobs[: len(self.knobs) - self.shared])


@dataclass(frozen=True, kw_only=True)
class DistillationCard(MethodCard):
    """A distillation: `(teacher, student, settings...)` to a `distillation._objective.Objective`.

    Attributes:
        freezes: Layers the student has from its teacher stay as they are, and what they make of
            a picture is computed once, so pictures must not change from epoch to epoch.
        matched: In words, what of teacher and student is held against each other, for two
            networks that were matched. A Pyramid may use the methods that say so.
    """

    freezes: bool = False
    matched: "Callable[[Match], str] | None" = None
    explain: "Explain" = _reasons.other_network


@dataclass(frozen=True, kw_only=True)
class PruningCard(MethodCard):
    """A pruning: `(model, settings...)` to a `pruning._masks.PruningPlan`.

    `removes` says whether what is cut is truly gone, so that the network is another one.
    """

    removes: bool


@dataclass(frozen=True, kw_only=True)
class QuantizationCard(MethodCard):
    """A quantization: `(model, pictures, settings...)` to the bytes of a LiteRT file.

    The pictures are those to train on, uint8 `(n, height, width, channels)`; `bits` is what a
    weight takes in the file.
    """

    bits: int
    explain: "Explain" = _reasons.fewer_bits


@dataclass(frozen=True, kw_only=True)
class FineTunedQuantizationCard(MethodCard):
    """A quantization that is trained: `(model, data, settings...)` to bits by layer's name.

    The network computes with its weights on the steps of so many bits while it is trained on.
    """


METHODS: Registry[MethodCard] = Registry("compression method", MethodCard, "cnnlab.compression")
method = METHODS.register
distillation_method = partial(METHODS.register, card=DistillationCard, family="distillation")
pruning_method = partial(METHODS.register, card=PruningCard, family="pruning")
quantization_method = partial(METHODS.register, card=QuantizationCard, family="quantization")
fine_tuned_quantization = partial(
    METHODS.register, card=FineTunedQuantizationCard, family="quantization"
)


def kinds() -> list[KindCard]:
    """The kinds, in the order in which they are offered."""
    return sorted(KINDS, key=lambda card: card.turn)


def methods(kind: str) -> list[MethodCard]:
    """The cards of one kind, in the order of their files' names."""
    return [card for card in METHODS if card.family == KINDS[kind].name]


def first_method(kind: str, architecture: str = "") -> MethodCard:
    """The method to begin with: one made for the network, else the kind's default."""
    cards = methods(kind)
    own = [card for card in cards if architecture in card.made_for]
    return [*own, *(card for card in cards if card.is_default), *cards][0]
