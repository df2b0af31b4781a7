"""Make a trained network smaller: one file per method, and every result is a run with a parent.

A method is a card beside its function. Cards and plans (`planning`) are plain data, so that the
pages read them without Keras; what a method does is done by a worker (`_making`), which imports
the function's helpers when it is called.

What the functions take and give, by family:
distillation   (teacher, student, settings...) -> `_objective.Objective`, what the student imitates
pruning        (model, settings...) -> `_masks.PruningPlan`, which weights go
quantization   (model, pictures, settings...) -> the bytes of a LiteRT file
pyramid        (settings...) -> the distillation, and its settings, of every level
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cnnlab.registry import FunctionCard, Registry, Value

if TYPE_CHECKING:
    import keras

    from cnnlab import datasets
    from cnnlab.runs import Run

KINDS = {
    "distillation": "A smaller network learns from what a trained one says.",
    "pyramid": "Teacher, assistants, student: every level is the teacher of the next.",
    "pruning": "Weights or whole filters that matter least are taken away.",
    "quantization": "The same network, written in fewer bits per number.",
}


@dataclass(frozen=True, kw_only=True)
class MethodCard(FunctionCard):
    """A way to make a network smaller.

    `formula` is LaTeX; `shared` counts the knobs at the end of `knobs` that belong to the whole
    kind and are read by the worker, not by the function; `recipe` holds training settings that
    suit the method.
    """

    formula: str = ""
    shared: int = 0
    recipe: Mapping[str, Value] = field(default_factory=dict)

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the knobs the function itself takes."""
        return tuple(knob.name for knob in self.knobs[: len(self.knobs) - self.shared])


METHODS: Registry[MethodCard] = Registry("compression method", MethodCard, "cnnlab.compression")
method = METHODS.register


def methods(kind: str) -> list[MethodCard]:
    """The cards of one of `KINDS`, in the order of their files' names."""
    return [card for card in METHODS if card.family == kind]


def make(run: "Run", report: Callable[..., None], data: "datasets.Data") -> "keras.Model":
    """Carry out a run's `compression`, in a worker; its model, also in `run.model_file`.

    Args:
        run: A run whose config has `parent` and `compression`.
        report: Called with `phase=` and `epoch=` whenever they change.
        data: The dataset.

    Raises:
        training.StopRequested: the run's stop file appeared.
        LabError: the parent is gone or has no model, or the method refuses it.
    """
    from cnnlab.compression import _making

    return _making.KINDS[_making.compression_of(run).kind](run, report, data)
