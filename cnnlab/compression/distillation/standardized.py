"""Distillation by standardized scores."""

from typing import TYPE_CHECKING, Any

from cnnlab.compression import distillation_method
from cnnlab.compression._knobs import STUDENT
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Classifier, Objective


@distillation_method(
    title="Standardized logits",
    source="Sun, Ren, Li, Wang and Cao, Logit Standardization in Knowledge Distillation, 2024",
    url="https://arxiv.org/abs/2403.01427",
    formula=r"\hat z = \frac{z - \bar z}{\mathrm{std}(z)},\quad L = w\,T^2\,\mathrm{KL}\!\left("
    r"\sigma(\hat z^T/T)\,\|\,\sigma(\hat z^S/T)\right) + v\,L_{labels}",
    knobs=(
        Knob("temperature", 2.0, "Divides the standardized scores.", 0.5, 8.0, 0.5),
        Knob("weight", 9.0, "Weight of the teacher; the paper takes 9.", 0.0, 20.0, 0.5),
        Knob(
            "labels",
            0.1,
            "Weight of the labels; the paper takes 0.1.",
            0.0,
            1.0,
            0.05,
            title="Weight of the labels",
        ),
        *STUDENT,
    ),
    shared=len(STUDENT),
)
def standardized(
    teacher: "Classifier", student: "Classifier", temperature: float, weight: float, labels: float
) -> "Objective":
    """As softened probabilities, after the scores of each picture are brought to mean 0, spread 1.

    A small student need not reach the teacher's large scores: only their order and distances
    count. Helps where teacher and student differ much in size.
    """
    from keras import ops

    from cnnlab.compression.distillation._objective import kl_divergence, logit_objective

    def softened(logits: Any) -> Any:
        centered = logits - ops.mean(logits, axis=-1, keepdims=True)
        std = ops.std(logits, axis=-1, keepdims=True) + 1e-7
        return ops.log_softmax(centered / std / temperature)

    def loss(student_logits: Any, teacher_logits: Any) -> Any:
        teacher_log_probs, student_log_probs = softened(teacher_logits), softened(student_logits)
        distance = kl_divergence(student_log_probs, teacher_log_probs)
        return weight * temperature**2 * distance

    return logit_objective(teacher, student, loss, labels)
