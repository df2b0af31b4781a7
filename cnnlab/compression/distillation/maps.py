"""Distillation by squared error of feature maps."""

from typing import TYPE_CHECKING

from cnnlab.compression import distillation_method
from cnnlab.compression._knobs import stages
from cnnlab.errors import LabError
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Classifier, Objective

SHARED = stages(0.5, inherit=True)


@distillation_method(
    title="Squared error of matched maps",
    matched=lambda found: f"output of {found.exit}" if found.exit else "class scores",
    source="Ravindran, pyramid_compression, report of 2018",
    url="https://github.com/ASHISRAVINDRAN/pyramid_compression",
    formula=r"L_1 = \mathrm{mean}\,(C - D)^2",
    knobs=(
        Knob(
            "layer",
            "",
            "The layer whose maps are compared: it must make maps of one shape in both networks. "
            "Automatic takes the first one behind everything that changed.",
            title="Matched layer",
        ),
        *SHARED,
    ),
    shared=len(SHARED),
)
def maps(teacher: "Classifier", student: "Classifier", layer: str) -> "Objective":
    """The student's new layers learn to make the very maps of the block they replace.

    For a student that is its teacher with a part exchanged, such as the next step of the VGG
    ladder: unchanged layers are inherited, and in the first stage only what stands before the
    matched layer learns. Then all learns from the labels.
    """
    from cnnlab.compression.distillation._matching import match
    from cnnlab.compression.distillation._objective import (
        Objective,
        logit_objective,
        mean_squared_error,
    )

    name = layer or match(teacher, student).exit
    if not name:  # only the head changed: there are no maps behind it
        return logit_objective(teacher, student, mean_squared_error, 1.0)
    student_maps, teacher_maps = student.layer(name), teacher.layer(name)
    if tuple(student_maps.shape) != tuple(teacher_maps.shape):
        raise LabError(
            f"{name} makes {teacher_maps.shape[1:]} in the teacher and {student_maps.shape[1:]} "
            "in the student: choose FitNet, which puts a regressor between them."
        )
    return Objective(
        [student_maps],
        [teacher_maps],
        lambda student, teacher: mean_squared_error(student[0], teacher[0]),
        label_weight=1.0,
    )
