"""Distillation by a hint from the teacher's middle."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnnlab.compression import distillation_method
from cnnlab.compression._knobs import stages
from cnnlab.errors import LabError
from cnnlab.registry import Knob

if TYPE_CHECKING:
    from cnnlab.compression.distillation._matching import Match
    from cnnlab.compression.distillation._objective import Classifier, Objective

SHARED = stages(0.5)


def _matched(found: "Match") -> str:
    return f"{found.teacher_last} (teacher), {found.student_last} (student)"


@distillation_method(
    title="Hint from the middle (FitNet)",
    matched=_matched,
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
    teacher: "Classifier", student: "Classifier", teacher_layer: str, student_layer: str
) -> "Objective":
    """The student's maps must hold enough to compute the teacher's from them.

    Where sizes differ a regressor stands between: pooling or repeating to one grid, then a 3x3
    convolution to the teacher's number of maps. It learns along and is dropped in the end.
    """
    import keras

    from cnnlab.compression.distillation._feature_maps import resized
    from cnnlab.compression.distillation._matching import match
    from cnnlab.compression.distillation._objective import Objective, mean_squared_error

    found = match(teacher, student)
    teacher_maps = _maps(teacher, teacher_layer or found.teacher_last, "teacher")
    student_maps = _maps(student, student_layer or found.student_last, "student")
    height, width, channels = teacher_maps.shape[1:]
    extra_layers: list[keras.Layer] = []
    if student_maps.shape[-1] != channels:
        regressor = keras.layers.Conv2D(channels, 3, padding="same", name="regressor")
        regressor.build((None, height, width, student_maps.shape[-1]))
        extra_layers.append(regressor)

    def loss(student_tensors: Sequence[Any], teacher_tensors: Sequence[Any]) -> Any:
        x = resized(student_tensors[0], height, width)
        x = extra_layers[0](x) if extra_layers else x
        return mean_squared_error(x, teacher_tensors[0])

    return Objective(
        [student_maps], [teacher_maps], loss, label_weight=1.0, extra_layers=extra_layers
    )


def _maps(network: "Classifier", name: str, who: str) -> Any:
    tensor = network.layer(name) if name else None
    if tensor is None or len(tensor.shape) != 4:
        raise LabError(f"The {who} has no maps at {name or 'any layer'}: choose another layer.")
    return tensor
