"""Distillation by how maps flow into each other."""

from typing import TYPE_CHECKING, Any

from cnnlab.compression import distillation_method
from cnnlab.compression._knobs import class_scores, stages
from cnnlab.errors import LabError
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._matching import Match
    from cnnlab.compression.distillation._objective import Classifier, Objective

SHARED = stages(0.5, inherit=True)


def _matched(found: "Match") -> str:
    if not found.exit:
        return class_scores(found)
    return f"{found.entry} to {found.teacher_last} (teacher), {found.student_last} (student)"


@distillation_method(
    title="Gram matrices (FSP)",
    matched=_matched,
    source="Yim et al., A Gift from Knowledge Distillation, 2017",
    url="https://openaccess.thecvf.com/content_cvpr_2017/html/Yim_A_Gift_From_CVPR_2017_paper.html",
    formula=r"G_{ij} = \frac{1}{hw}\sum_{xy} F^1_{xyi} F^2_{xyj},\quad"
    r" L_1 = \mathrm{mean}\,(G^S - G^T)^2",
    knobs=(
        Knob("first", "", "The layer before the block, in both networks.", title="First maps"),
        Knob("teacher_last", "", "The teacher's last layer of the block.", title="Teacher's last"),
        Knob("student_last", "", "The student's last layer of the block.", title="Student's last"),
        *SHARED,
    ),
    shared=len(SHARED),
)
def gram(
    teacher: "Classifier", student: "Classifier", first: str, teacher_last: str, student_last: str
) -> "Objective":
    """The student learns which of a block's last maps light up together with which of its first.

    One number for each pair of maps, summed over all places: not the maps themselves but the way
    from one to the other is copied, so the two networks may draw them differently.
    """
    from cnnlab.compression.distillation._matching import match
    from cnnlab.compression.distillation._objective import (
        Objective,
        logit_objective,
        mean_squared_error,
    )

    found = match(teacher, student)
    if not (found.exit or first or teacher_last or student_last):  # only the head changed
        return logit_objective(teacher, student, mean_squared_error, 1.0)
    student_maps = _block_tensors(student, first or found.entry, student_last or found.student_last)
    teacher_maps = _block_tensors(teacher, first or found.entry, teacher_last or found.teacher_last)
    for one, other in zip(student_maps, teacher_maps, strict=True):
        if one.shape[-1] != other.shape[-1]:
            raise LabError(
                f"The student has {one.shape[-1]} maps where the teacher has {other.shape[-1]}: "
                "Gram matrices need as many; choose other layers, or FitNet."
            )
    return Objective(
        student_maps,
        teacher_maps,
        lambda student, teacher: mean_squared_error(gram_matrix(*student), gram_matrix(*teacher)),
        label_weight=1.0,
    )


def _block_tensors(network: "Classifier", *names: str) -> list[Any]:
    tensors = [network.layer(name) if name else None for name in names]
    if any(tensor is None or len(tensor.shape) != 4 for tensor in tensors):
        raise LabError(
            f"Gram matrices need maps, and there are none at {' or '.join(map(repr, names))}: "
            "choose other layers, or another method."
        )
    return tensors


def gram_matrix(first: Any, last: Any) -> Any:
    """How strongly each of the first maps lights up together with each of the last.

    Args:
        first: Feature maps `(batch, h, w, m)`.
        last: Feature maps `(batch, h', w', n)`; both are brought to the larger grid.

    Returns:
        `(batch, m, n)`, products summed over all places and divided by their number.

    Source: Yim et al., A Gift from Knowledge Distillation, 2017 (the FSP matrix).
    """
    from keras import ops

    from cnnlab.compression.distillation._feature_maps import resized

    height = max(first.shape[1], last.shape[1])
    width = max(first.shape[2], last.shape[2])
    first, last = resized(first, height, width), resized(last, height, width)
    one = ops.reshape(first, (-1, height * width, first.shape[-1]))
    other = ops.reshape(last, (-1, height * width, last.shape[-1]))
    return ops.matmul(ops.transpose(one, (0, 2, 1)), other) / (height * width)
