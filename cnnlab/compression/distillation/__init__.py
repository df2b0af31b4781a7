"""A student learns from what a trained teacher says: a file for each objective.

A method's function takes teacher and student and gives an `_objective.Objective`: which of their
tensors are held against each other, and the loss on them. `_task` makes a training of it, with
the student inside a `_distiller.Distiller`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnlab.compression import KINDS, KindCard

if TYPE_CHECKING:
    import keras

    from cnnlab.datasets import Data
    from cnnlab.runs import Run
    from cnnlab.training import Task


def distillation_task(run: "Run", data: "Data", teacher: "keras.Model") -> "Task":
    """What is fitted for a distilled run, in a worker.

    Args:
        run: Its config has `compression` with a distillation's `method` and `settings`.
        data: The dataset.
        teacher: The trained network; it is frozen here.

    Raises:
        LabError: the method refuses these networks, or nothing would be left to learn.
    """
    from cnnlab.compression.distillation import _task

    return _task.task(run, data, teacher)


def asks_beforehand(run: "Run") -> bool:
    """Whether the teacher's word is the same in every epoch: no picture is ever changed."""
    from cnnlab import augmentation

    return not any(augmentation.settings(run.config.recipe.augmentation).values())


def _make(run: "Run", report: Callable[..., None], data: "Data") -> "keras.Model":
    from cnnlab.compression import _worker

    return _worker.distill(run, report, data)


KINDS.add(
    KindCard(
        name="distillation",
        title="Distillation",
        description="A smaller network learns from what a trained one says.",
        verb="distill",
        adjective="distilled",
        turn=10,
        make=_make,
        new_network=True,
    )
)
