"""Make a trained network smaller: one file per method, and every result is a run with a parent.

A method is a card beside its function. Cards and plans (`planning`) are plain data, so that the
pages read them without Keras; what a method does is done by a worker (`_worker`), which imports
the function's helpers when it is called.

What the functions take and give, by family:
distillation   (teacher, student, settings...) -> `_objective.Objective`, what the student imitates
pruning        (model, settings...) -> `_masks.PruningPlan`, which weights go
quantization   (model, pictures, settings...) -> the bytes of a LiteRT file; of one that is trained
               (model, data, settings...) -> the bits of each layer's weights
pyramid        (settings...) -> the distillation, and its settings, of every level
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnlab.compression._cards import (
    KINDS,
    METHODS,
    DistillationCard,
    FineTunedQuantizationCard,
    KindCard,
    MethodCard,
    PruningCard,
    QuantizationCard,
    distillation_method,
    fine_tuned_quantization,
    first_method,
    kinds,
    method,
    methods,
    pruning_method,
    quantization_method,
)
from cnnlab.errors import LabError

if TYPE_CHECKING:
    import keras

    from cnnlab import datasets
    from cnnlab.runs import Run

__all__ = [
    "KINDS",
    "METHODS",
    "DistillationCard",
    "FineTunedQuantizationCard",
    "KindCard",
    "MethodCard",
    "PruningCard",
    "QuantizationCard",
    "distillation_method",
    "fine_tuned_quantization",
    "first_method",
    "kinds",
    "make",
    "method",
    "methods",
    "pruning_method",
    "quantization_method",
    "rehearse",
]


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
    made = run.config.compression
    if made is None:
        raise LabError(f"{run.name} does not say how it is made from {run.config.parent}.")
    kind = KINDS[made.kind]
    if kind.make is None:
        raise LabError(f"No run is made by {kind.title} itself, only by the kinds it consists of.")
    return kind.make(run, report, data)


def rehearse(run: "Run", data: "datasets.Data", report: Callable[..., None]) -> None:
    """Try all that a run's work needs, in a worker, where that work is long and has not begun.

    Args:
        run: Nothing in its folder changes.
        data: What it will be trained on; only its number of pictures counts here.
        report: Called with `phase=`.

    Raises:
        training.StopRequested: the run's stop file appeared.
        LabError: what the work would end with.
    """
    from cnnlab.compression import _rehearsal

    _rehearsal.rehearse(run, data, report)
