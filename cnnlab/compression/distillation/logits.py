"""Distillation by squared error on the class scores."""

from typing import TYPE_CHECKING

from cnnlab.compression import distillation_method
from cnnlab.compression._knobs import STUDENT, class_scores
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Classifier, Objective


@distillation_method(
    title="Squared error on logits",
    matched=class_scores,
    source="Ba and Caruana, Do Deep Nets Really Need to be Deep?, 2014",
    url="https://arxiv.org/abs/1312.6184",
    formula=r"L = \frac{1}{n}\sum_j (z^S_j - z^T_j)^2 + w\,L_{labels}",
    knobs=(
        Knob(
            "labels",
            0.0,
            "Weight of the true labels beside the teacher's word; 0 listens to the teacher alone.",
            0.0,
            1.0,
            0.05,
            title="Weight of the labels",
        ),
        *STUDENT,
    ),
    shared=len(STUDENT),
)
def logits(teacher: "Classifier", student: "Classifier", labels: float) -> "Objective":
    """The student learns the teacher's class scores as they are before softmax.

    A score says more than a label: that a 7 looks a little like a 1, and how much.
    """
    from cnnlab.compression.distillation._objective import logit_objective, mean_squared_error

    return logit_objective(teacher, student, mean_squared_error, labels)
