"""Distillation by softened probabilities."""

from typing import TYPE_CHECKING

from cnnlab.compression import method
from cnnlab.compression._shared import STUDENT
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Lesson, Network


@method(
    family="distillation",
    title="Softened probabilities (Hinton)",
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
def hinton(teacher: "Network", student: "Network", temperature: float, weight: float) -> "Lesson":
    """The student learns the teacher's probabilities, softened by a temperature.

    What the teacher thinks of the wrong classes is what it knows beyond the labels. The factor
    T squared keeps this part's gradients as large as those of the labels.
    """
    from keras import ops

    from cnnlab.compression.distillation._objective import on_scores

    def loss(said, told):
        theirs = ops.log_softmax(told / temperature)
        ours = ops.log_softmax(said / temperature)
        apart = ops.sum(ops.exp(theirs) * (theirs - ours), axis=-1)
        return weight * temperature**2 * ops.mean(apart)

    return on_scores(teacher, student, loss, 1.0 - weight)
