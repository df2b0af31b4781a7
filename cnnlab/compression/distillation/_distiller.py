"""The student and its objective as one model that Keras fits, as in the usual `Distiller`."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from cnnlab.compression.distillation._objective import Objective


class Distiller(keras.Model):
    """The student, with the objective's loss added to that of its labels.

    Its input is a batch of pictures, or a tuple of them and of what the teacher says of each.
    The teacher is hidden from Keras, so that neither optimizer nor checkpoint holds it.
    """

    def __init__(
        self,
        student: keras.Model,
        objective: Objective,
        ask_teacher: Callable[[Any], list[Any]] | None,
    ) -> None:
        """`ask_teacher` gives the teacher's tensors for pictures; None: they come with them."""
        super().__init__(name=f"{student.name}_distiller")
        self.student = keras.Model(student.inputs, [student.outputs[0], *objective.student_tensors])
        self.extra_layers = list(objective.extra_layers)
        self._objective, self._ask_teacher = objective, ask_teacher
        self.distillation_weight = self.add_weight(
            shape=(), trainable=False, name="distillation_weight"
        )
        self.label_weight = self.add_weight(shape=(), trainable=False, name="label_weight")
        self.distillation_weight.assign(1.0)
        self.label_weight.assign(objective.label_weight)
        self.output_shape = tuple(student.outputs[0].shape)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Probabilities `(batch, classes)`; the objective's loss is added on the way."""
        precomputed = isinstance(inputs, list | tuple)
        picture, teacher_tensors = (inputs[0], list(inputs[1:])) if precomputed else (inputs, [])
        probabilities, *student_tensors = self.student(picture, training=training)

        def distillation_loss() -> Any:
            teacher_answer = self._ask_teacher(picture) if self._ask_teacher else teacher_tensors
            return self._objective.loss(student_tensors, teacher_answer)

        # In the stage of the labels the teacher is not asked at all.
        distance = ops.cond(self.distillation_weight > 0, distillation_loss, lambda: ops.zeros(()))
        self.add_loss(self.distillation_weight * distance)
        return probabilities


class LabelLoss(keras.losses.Loss):
    """The recipe's loss on the labels, times the distiller's weight for it."""

    def __init__(self, loss: keras.losses.Loss, weight: keras.Variable) -> None:
        super().__init__(name="labels")
        self._loss, self._weight = loss, weight

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self._weight * self._loss.call(y_true, y_pred)


class Stages(keras.callbacks.Callback):
    """Imitates for the first epochs, then learns from the labels with a fresh optimizer."""

    def __init__(
        self, distiller: Distiller, first_stage: int, optimizer: keras.optimizers.Optimizer
    ) -> None:
        super().__init__()
        self._distiller, self._first_stage, self._optimizer = distiller, first_stage, optimizer

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        distills = epoch < self._first_stage
        self._distiller.distillation_weight.assign(float(distills))
        self._distiller.label_weight.assign(float(not distills))
        if epoch == self._first_stage:
            self._optimizer.build(self._distiller.trainable_variables)
            pairs = zip(self.model.optimizer.variables, self._optimizer.variables, strict=True)
            for variable, value in pairs:
                variable.assign(value)
