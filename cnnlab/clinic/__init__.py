"""What is wrong with a training: signs read from any run, illnesses that explain them, treatments.

    examination   the signs: history, kernels moved, validation answers, dead units, the data
    illnesses     one file for each: what it looks like, and what is done about it
    treatment     the mended training
    patients      sick trainings to learn from: one data file for each

An illness is named from signs alone. What was planted on purpose stands in a run's recipe, and
no rule here reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnlab.clinic.signs import Signs
from cnnlab.registry import FunctionCard, Registry
from cnnlab.schema import Value

__all__ = ["ILLNESSES", "Finding", "IllnessCard", "Signs", "diagnose", "illness"]


@dataclass(frozen=True)
class Finding:
    """An illness that was found.

    Attributes:
        illness: Its card's name.
        evidence: What shows it, one sentence with its figures.
        certainty: 0..1; the surest finding comes first.
        settings: Of the recipe, to be changed: the treatment.
        knobs: Of the network, likewise.
        advice: The treatment in words.
    """

    illness: str
    evidence: str
    certainty: float
    advice: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    knobs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class IllnessCard(FunctionCard):
    """An illness; the function takes `Signs` and returns a `Finding`, or None."""


ILLNESSES: Registry[IllnessCard] = Registry("illness", IllnessCard, "cnnlab.clinic.illnesses")
illness = ILLNESSES.register


def diagnose(signs: Signs) -> tuple[Finding, ...]:
    """What is wrong, the surest first; nothing where nothing is found."""
    found = [card.function(signs) for card in ILLNESSES]
    return tuple(sorted(filter(None, found), key=lambda one: -one.certainty))
