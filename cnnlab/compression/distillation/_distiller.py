"""A student at school: fitted by Keras like any model, while it hears what its teacher says."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from cnnlab.compression.distillation._objective import Lesson


class Pupil(keras.Model):
    """The student, with the lesson's loss added to that of its labels.

    Its input is a batch of pictures, or a tuple of them and of what the teacher says of each.
    The teacher is hidden from Keras, so that neither optimizer nor checkpoint holds it.
    """

    def __init__(
        self, student: keras.Model, lesson: Lesson, teach: Callable[[Any], list[Any]] | None
    ) -> None:
        """`teach` gives the teacher's tensors for pictures; None: they come with the pictures."""
        super().__init__(name=f"{student.name}_pupil")
        self.network = keras.Model(student.inputs, [student.outputs[0], *lesson.said])
        self.helpers = list(lesson.layers)
        self._lesson, self._teach = lesson, teach
        self.imitation = self.add_weight(shape=(), trainable=False, name="imitation")
        self.labels = self.add_weight(shape=(), trainable=False, name="labels")
        self.imitation.assign(1.0)
        self.labels.assign(lesson.labels)
        self.output_shape = tuple(student.outputs[0].shape)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Probabilities `(batch, classes)`; the imitation's loss is added on the way."""
        together = isinstance(inputs, list | tuple)
        picture, told = (inputs[0], list(inputs[1:])) if together else (inputs, [])
        probabilities, *said = self.network(picture, training=training)

        def compare() -> Any:
            return self._lesson.loss(said, told or self._teach(picture))

        # In the stage of the labels the teacher is not asked at all.
        apart = ops.cond(self.imitation > 0, compare, lambda: ops.zeros(()))
        self.add_loss(self.imitation * apart)
        return probabilities


class Labels(keras.losses.Loss):
    """The recipe's loss on the labels, times the pupil's weight for it."""

    def __init__(self, usual: keras.losses.Loss, weight: keras.Variable) -> None:
        super().__init__(name="labels")
        self._usual, self._weight = usual, weight

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return self._weight * self._usual.call(y_true, y_pred)


class Stages(keras.callbacks.Callback):
    """Imitates for the first epochs, then learns from the labels with a fresh optimizer."""

    def __init__(self, pupil: Pupil, first_stage: int, fresh: keras.optimizers.Optimizer) -> None:
        super().__init__()
        self._pupil, self._first_stage, self._fresh = pupil, first_stage, fresh

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        imitates = epoch < self._first_stage
        self._pupil.imitation.assign(float(imitates))
        self._pupil.labels.assign(float(not imitates))
        if epoch == self._first_stage:
            self._fresh.build(self._pupil.trainable_variables)
            pairs = zip(self.model.optimizer.variables, self._fresh.variables, strict=True)
            for variable, value in pairs:
                variable.assign(value)
