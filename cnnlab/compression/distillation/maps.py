"""Distillation by squared error of feature maps."""

from typing import TYPE_CHECKING

from cnnlab.compression import method
from cnnlab.compression._shared import stages
from cnnlab.errors import LabError
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Lesson, Network

SHARED = stages(0.5, inherit=True)


@method(
    family="distillation",
    title="Squared error of matched maps",
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
def maps(teacher: "Network", student: "Network", layer: str) -> "Lesson":
    """The student's new layers learn to make the very maps of the block they replace.

    For a student that is its teacher with a part exchanged, such as the next step of the VGG
    ladder: unchanged layers are inherited, and in the first stage only what stands before the
    matched layer learns. Then all learns from the labels.
    """
    from keras import ops

    from cnnlab.compression.distillation._matching import match
    from cnnlab.compression.distillation._objective import Lesson, on_scores

    name = layer or match(teacher, student).exit
    if not name:  # only the head changed: there are no maps behind it
        return on_scores(
            teacher, student, lambda said, told: ops.mean(ops.square(said - told)), 1.0
        )
    said, told = student.layer(name), teacher.layer(name)
    if tuple(said.shape) != tuple(told.shape):
        raise LabError(
            f"{name} makes {told.shape[1:]} in the teacher and {said.shape[1:]} in the student: "
            "choose FitNet, which puts a regressor between them."
        )
    return Lesson([said], [told], lambda s, t: ops.mean(ops.square(s[0] - t[0])), labels=1.0)
