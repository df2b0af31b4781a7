"""Accuracy that remembers which class was called what: the confusion so far, at no extra pass."""

from typing import Any

import keras
from keras import ops


class ConfusionMatrix(keras.metrics.Metric):
    """The share of right answers, like Keras' accuracy, counted in a confusion matrix.

    `counts` is `(classes, classes)`: true class down, the model's word across.
    """

    def __init__(self, classes: int) -> None:
        super().__init__(name="accuracy")
        self._classes = classes
        self.counts = self.add_variable((classes, classes), initializer="zeros", name="counts")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        truth, predicted = (
            ops.one_hot(ops.argmax(y, axis=-1), self._classes, dtype="float32")
            for y in (y_true, y_pred)
        )
        self.counts.assign_add(ops.matmul(ops.transpose(truth), predicted))

    def result(self) -> Any:
        return ops.divide_no_nan(ops.trace(self.counts), ops.sum(self.counts))
