"""Distillation by standardized scores."""

from typing import TYPE_CHECKING

from cnnlab.compression import method
from cnnlab.compression._shared import STUDENT
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Lesson, Network


@method(
    family="distillation",
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
    teacher: "Network", student: "Network", temperature: float, weight: float, labels: float
) -> "Lesson":
    """As softened probabilities, after the scores of each picture are brought to mean 0, spread 1.

    A small student need not reach the teacher's large scores: only their order and distances
    count. Helps where teacher and student differ much in size.
    """
    from keras import ops

    from cnnlab.compression.distillation._objective import on_scores

    def softened(scores):
        centered = scores - ops.mean(scores, axis=-1, keepdims=True)
        spread = ops.std(scores, axis=-1, keepdims=True) + 1e-7
        return ops.log_softmax(centered / spread / temperature)

    def loss(said, told):
        theirs, ours = softened(told), softened(said)
        apart = ops.sum(ops.exp(theirs) * (theirs - ours), axis=-1)
        return weight * temperature**2 * ops.mean(apart)

    return on_scores(teacher, student, loss, labels)
