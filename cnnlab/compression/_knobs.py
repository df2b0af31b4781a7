"""Settings that every method of a kind takes; the worker reads them, not the method."""

from typing import TYPE_CHECKING

from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._matching import Match

FIRST_STAGE = Knob(
    "first_stage",
    0.0,
    "Share of the epochs that only imitate the teacher; the rest learns from the labels alone. "
    "0 does both at once.",
    0.0,
    0.9,
    0.1,
)
INHERIT = Knob(
    "inherit",
    False,
    "Layers that have the same name and size in both networks start with the teacher's weights.",
    advanced=True,
)
FREEZE = Knob(
    "freeze",
    False,
    "Inherited layers stay as they are; only new ones learn. Faster, and a harder task.",
    advanced=True,
)
STUDENT = (FIRST_STAGE, INHERIT, FREEZE)
RAMP = Knob(
    "ramp",
    0,
    "Epochs over which more and more is taken away (gradual pruning, after Zhu and Gupta, 2017); "
    "0 takes all away at once, before the fine-tuning.",
    0,
    1000,
    1,
    title="Gradual over so many epochs",
)


def stages(first_stage: float, inherit: bool = False) -> tuple[Knob, ...]:
    """`STUDENT` with other usual values."""
    from dataclasses import replace

    return (replace(FIRST_STAGE, default=first_stage), replace(INHERIT, default=inherit), FREEZE)


def class_scores(found: "Match") -> str:
    """What is matched where a method compares nothing but the class scores."""
    return "class scores"
