"""Distillation by a hint from the teacher's middle."""

from typing import TYPE_CHECKING

from cnnlab.compression import method
from cnnlab.compression._shared import stages
from cnnlab.errors import LabError
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._objective import Lesson, Network

SHARED = stages(0.5)


@method(
    family="distillation",
    title="Hint from the middle (FitNet)",
    source="Romero et al., FitNets: Hints for Thin Deep Nets, 2015",
    url="https://arxiv.org/abs/1412.6550",
    formula=r"L_1 = \mathrm{mean}\,(r(M^S) - M^T)^2",
    knobs=(
        Knob("teacher_layer", "", "Whose maps the hint is.", title="Layer of the teacher"),
        Knob("student_layer", "", "Whose maps are guided.", title="Layer of the student"),
        *SHARED,
    ),
    shared=len(SHARED),
)
def fitnet(
    teacher: "Network", student: "Network", teacher_layer: str, student_layer: str
) -> "Lesson":
    """The student's maps must hold enough to compute the teacher's from them.

    Where sizes differ a regressor stands between: pooling or repeating to one grid, then a 3x3
    convolution to the teacher's number of maps. It learns along and is dropped in the end.
    """
    import keras
    from keras import ops

    from cnnlab.compression.distillation._feature_maps import on_grid
    from cnnlab.compression.distillation._matching import match
    from cnnlab.compression.distillation._objective import Lesson

    found = match(teacher, student)
    told = _maps(teacher, teacher_layer or found.teacher_last, "teacher")
    said = _maps(student, student_layer or found.student_last, "student")
    height, width, channels = told.shape[1:]
    helpers = []
    if said.shape[-1] != channels:
        regressor = keras.layers.Conv2D(channels, 3, padding="same", name="regressor")
        regressor.build((None, height, width, said.shape[-1]))
        helpers.append(regressor)

    def loss(ours, theirs):
        x = on_grid(ours[0], height, width)
        x = helpers[0](x) if helpers else x
        return ops.mean(ops.square(x - theirs[0]))

    return Lesson([said], [told], loss, labels=1.0, layers=helpers)


def _maps(network: "Network", name: str, who: str):
    tensor = network.layer(name) if name else None
    if tensor is None or len(tensor.shape) != 4:
        raise LabError(f"The {who} has no maps at {name or 'any layer'}: choose another layer.")
    return tensor
