"""Distillation by softened probabilities."""

from typing import TYPE_CHECKING, Any

from cnnlab.compression import distillation_method
from cnnlab.compression._knobs import STUDENT, class_scores
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Classifier, Objective


@distillation_method(
    title="Softened probabilities (Hinton)",
    is_default=True,
    matched=class_scores,
    source="Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015",
    url="https://arxiv.org/abs/1503.02531",
    formula=r"L = w\,T^2\,\mathrm{KL}\!\left(\sigma(z^T/T)\,\|\,\sigma(z^S/T)\right)"
    r" + (1 - w)\,L_{labels}",
    knobs=(
        Knob(
            "temperature",
            4.0,
            "Divides the scores before softmax, so that small ones count too. At 1 the teacher is "
            "almost sure of one class; try 10 to hear what else it considered.",
            1.0,
            20.0,
            0.5,
        ),
        Knob("weight", 0.9, "Share of the teacher; the labels have the rest.", 0.0, 1.0, 0.05),
        *STUDENT,
    ),
    shared=len(STUDENT),
)
def hinton(
    teacher: "Classifier", student: "Classifier", temperature: float, weight: float
) -> "Objective":
    """The student learns the teacher's probabilities, softened by a temperature.

    What the teacher thinks of the wrong classes is what it knows beyond the labels. The factor
    T squared keeps this part's gradients as large as those of the labels.
    """
    from keras import ops

    from cnnlab.compression.distillation._objective import kl_divergence, logit_objective

    def loss(student_logits: Any, teacher_logits: Any) -> Any:
        teacher_log_probs = ops.log_softmax(teacher_logits / temperature)
        student_log_probs = ops.log_softmax(student_logits / temperature)
        distance = kl_divergence(student_log_probs, teacher_log_probs)
        return weight * temperature**2 * distance

    return logit_objective(teacher, student, loss, 1.0 - weight)
