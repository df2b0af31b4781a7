"""A distillation as a training task: the student, its teacher's word, and what may be kept."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cnnlab import architectures, datasets
from cnnlab.compression import METHODS, DistillationCard
from cnnlab.compression.distillation import asks_beforehand
from cnnlab.compression.distillation._distiller import Distiller, LabelLoss, Stages
from cnnlab.compression.distillation._matching import inherited
from cnnlab.compression.distillation._objective import Classifier, Objective, classifier
from cnnlab.errors import LabError
from cnnlab.keras_graph import Call, layers, symbolic, walk
from cnnlab.runs import Run
from cnnlab.schema import Compression
from cnnlab.training import Task, both_parts
from cnnlab.training.batches import Batches
from cnnlab.training.compiling import make_loss, make_optimizer

MOST_FEATURE_BYTES = 2 * 2**30  # of what a frozen front makes of all pictures
_BATCH = 256


def task(run: Run, data: datasets.Data, teacher: keras.Model) -> Task:
    """What is fitted for a distilled run: the student inside its `Distiller`."""
    config = run.config
    shape = config.input_shape
    model = architectures.build(config.architecture, shape, config.classes, config.knobs)
    teacher.trainable = False
    teacher_classifier = classifier(teacher)
    objective = objective_of(run, teacher_classifier, classifier(model))
    _inherit(run, model, teacher)
    batches, validation = both_parts(run, data)
    student = classifier(model)
    if asks_beforehand(run):
        parted = _split(model)
        if parted and _fits(parted[0], data):
            # The frozen layers' word on every picture is computed once, not in every epoch.
            front, student = parted
            objective = objective_of(run, teacher_classifier, student)
            parts = [_features(front, part) for part in (data.x_train, data.x_val)]
            teacher_tensors = [
                _teacher_tensors(teacher_classifier, objective, part)
                for part in (data.x_train, data.x_val)
            ]
            batches, validation = _batches_with(run, data, parts, teacher_tensors)
        elif objective.cacheable:
            teacher_tensors = [
                _teacher_tensors(teacher_classifier, objective, part)
                for part in (data.x_train, data.x_val)
            ]
            batches, validation = _batches_with(
                run, data, [data.x_train, data.x_val], teacher_tensors
            )
    precomputed = isinstance(batches[0][0], tuple)
    distiller = Distiller(
        student.model,
        objective,
        None if precomputed else _teacher_forward(teacher_classifier, objective),
    )
    first_stage = first_stage_epochs(run)
    hooks = []
    if first_stage:
        hooks = [Stages(distiller, first_stage, make_optimizer(config.recipe, len(batches)))]
    return Task(
        model,
        batches,
        validation,
        wrapper=distiller,
        loss=LabelLoss(make_loss(config.recipe), distiller.label_weight),
        callbacks=hooks,
        first_stage=first_stage,
    )


def objective_of(run: Run, teacher: Classifier, student: Classifier) -> Objective:
    """The objective of the run's method with the run's settings."""
    made = _compression(run)
    card = METHODS[made.method]
    own = {name: made.settings[name] for name in card.own}
    return card.function(teacher, student, **own)


def _compression(run: Run) -> Compression:
    """How the run is made; `LabError` where its config does not say."""
    if run.config.compression is None:
        raise LabError(f"{run.name} does not say how it is taught.")
    return run.config.compression


def first_stage_epochs(run: Run) -> int:
    """Epochs that only imitate; at least one of each kind where there are two stages."""
    share = float(_compression(run).settings.get("first_stage", 0.0))
    epochs = run.config.recipe.epochs
    return min(epochs - 1, max(1, round(share * epochs))) if share and epochs > 1 else 0


def _inherit(run: Run, model: keras.Model, teacher: keras.Model) -> None:
    """Give the student the layers it shares with the teacher, where that is asked."""
    card, settings = METHODS[_compression(run).method], _compression(run).settings
    freezes = isinstance(card, DistillationCard) and card.freezes
    if not (freezes or settings.get("inherit")):
        return
    names = inherited(model, teacher)
    if freezes and not names:
        raise LabError(
            f"No layer of {run.config.architecture} has the name and size of one of its "
            "teacher's, so there is nothing to freeze: choose its own teacher and width."
        )
    if freezes or settings.get("freeze"):
        for name, layer in layers(model).items():
            layer.trainable = layer.trainable and name not in names
        if not model.trainable_weights:
            raise LabError(
                "Every layer of this student is its teacher's own and frozen, so there is nothing "
                "left to learn: choose a smaller student."
            )
    print(f"taken over from the teacher: {', '.join(names) or 'nothing'}")  # noqa: T201


def _split(model: keras.Model) -> tuple[keras.Model, Classifier] | None:
    """The front that neither learns nor rolls dice, and the rest; None: there is no such front.

    Only in networks whose layers stand in a row.
    """
    graph = walk(model)
    if any(call.reads != (call.number - 1,) or not call.is_layer for call in graph):
        return None
    calls = graph.calls
    still = next(
        (i for i, call in enumerate(calls) if _learns(call) or _is_stochastic(call)), len(calls)
    )
    if not any(call.weights for call in calls[:still]) or still == len(calls):
        return None
    front = keras.Model(model.inputs[0], symbolic(model, graph)[still - 1][0])
    start = keras.Input(front.output_shape[1:], name="features")
    tensors = [start]
    for call in calls[still:]:
        tensors.append(call.layer(tensors[-1]))
    tail = classifier(keras.Model(start, tensors[-1], name=model.name))
    return front, tail


def _learns(call: Call) -> bool:
    return any(weight.trainable for weight in call.weights)


def _is_stochastic(call: Call) -> bool:
    """Whether a layer does something else in training: dropout, noise, batch statistics."""
    return any(word in call.kind for word in ("Drop", "Noise", "Random", "BatchNorm"))


def _fits(front: keras.Model, data: datasets.Data) -> bool:
    numbers = int(np.prod(front.output_shape[1:]))
    return 2 * numbers * (len(data.x_train) + len(data.x_val)) <= MOST_FEATURE_BYTES


def _features(front: keras.Model, pictures: np.ndarray) -> np.ndarray:
    """What the front makes of uint8 pictures, in half precision to save memory."""
    return np.concatenate(
        [
            np.asarray(front.predict_on_batch(part.astype("float32") / 255)).astype("float16")
            for part in _parts(pictures)
        ]
    )


def _teacher_tensors(
    teacher: Classifier, objective: Objective, pictures: np.ndarray
) -> list[np.ndarray]:
    """The teacher's tensors for every picture."""
    forward = keras.Model(teacher.model.inputs, list(objective.teacher_tensors))
    answers = [
        keras.tree.flatten(forward.predict_on_batch(part.astype("float32") / 255))
        for part in _parts(pictures)
    ]
    return [
        np.concatenate([np.asarray(a) for a in column]) for column in zip(*answers, strict=True)
    ]


def _parts(pictures: np.ndarray) -> list[np.ndarray]:
    return [pictures[i : i + _BATCH] for i in range(0, len(pictures), _BATCH)]


def _batches_with(
    run: Run,
    data: datasets.Data,
    parts: Sequence[np.ndarray],
    teacher_tensors: Sequence[list[np.ndarray]],
) -> tuple[Batches, Batches]:
    """Training and validation batches with the teacher's word beside each picture."""
    classes, recipe = run.config.classes, run.config.recipe
    return (
        Batches(parts[0], data.y_train, classes, recipe, beside=teacher_tensors[0]),
        Batches(parts[1], data.y_val, classes, recipe, training=False, beside=teacher_tensors[1]),
    )


def _teacher_forward(teacher: Classifier, objective: Objective) -> Callable[[Any], list[Any]]:
    """A function that asks the teacher for its tensors, within the training step."""
    forward = keras.Model(teacher.model.inputs, list(objective.teacher_tensors))
    return lambda picture: keras.tree.flatten(forward(picture, training=False))
