"""A recipe's words turned into Keras' optimizer and loss."""

from typing import Any

import keras
import numpy as np

from cnnlab import summary
from cnnlab.losses import LOSSES
from cnnlab.optimizers import OPTIMIZERS
from cnnlab.schema import Recipe
from cnnlab.training.confusion_matrix import ConfusionMatrix
from cnnlab.training.optimizers import planned

_MOST_STEPS = 16
_MOST_MACS = 2e9  # at a stretch: below a second on two slow cores


def compile_model(
    model: keras.Model,
    recipe: Recipe,
    loss: keras.losses.Loss | None = None,
    batches: int = 1,
    steps: int = 1,
    labels: np.ndarray | None = None,
) -> ConfusionMatrix:
    """Compile `model` as `recipe` says, or with another `loss`.

    Args:
        model: Any classifier.
        recipe: From `recipe.check`.
        loss: In place of the recipe's.
        batches: How many an epoch has.
        steps: How many batches are learned from before Python hears of it; see `stretch`.
        labels: Those of the training pictures `(n,)`, whose numbers balance the classes where
            the recipe says so.

    Returns:
        Its metric: the accuracy, with the confusion behind it.
    """
    confusion = ConfusionMatrix(model.output_shape[-1])
    loss = loss or make_loss(recipe)
    if recipe.class_weights == "balanced" and labels is not None:
        loss = Weighted(loss, class_weights(labels, model.output_shape[-1]))
    model.compile(
        optimizer=make_optimizer(recipe, batches),
        loss=loss,
        metrics=[confusion],
        steps_per_execution=steps,
    )
    model.optimizer.build(model.trainable_variables)
    return confusion


class Weighted(keras.losses.Loss):
    """Another loss on one-hot labels `(batch, classes)`, each picture times its class's weight."""

    def __init__(self, usual: keras.losses.Loss, weights: np.ndarray) -> None:
        super().__init__(name="weighted")
        self._usual, self._weights = usual, weights.astype("float32")

    def call(self, y_true: Any, y_pred: Any) -> Any:
        weight = keras.ops.sum(keras.ops.cast(y_true, "float32") * self._weights, axis=-1)
        return weight * self._usual.call(y_true, y_pred)


def class_weights(labels: np.ndarray, classes: int) -> np.ndarray:
    """One weight a class `(classes,)`, so that all classes weigh the same and the mean picture 1.

    Source: King and Zeng, "Logistic Regression in Rare Events Data", 2001, as scikit-learn's
    "balanced".
    """
    counts = np.bincount(labels, minlength=classes)
    return len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))


def stretch(model: keras.Model, recipe: Recipe, batches: int) -> int:
    """How many batches of a small network to learn from before Python hears of it.

    Between two of them Python costs as much as the step itself. Networks whose steps are long
    take them one by one, so that a stop is heard at once; and every epoch of `batches` has its
    few points.
    """
    macs = macs_of(model) * recipe.batch_size
    return max(1, min(_MOST_STEPS, batches // 4, int(_MOST_MACS / max(1, macs))))


def macs_of(model: keras.Model) -> int:
    """Multiply-adds of one picture's way through the network."""
    return summary.summarize(model).totals.macs


def make_optimizer(recipe: Recipe, batches: int = 1) -> keras.optimizers.Optimizer:
    """The recipe's optimizer with its rate, decay and moving average, for epochs of `batches`."""
    made = OPTIMIZERS[recipe.optimizer].function(
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay or None,
        momentum=recipe.momentum,
    )
    settings = made.get_config()
    del settings["name"]
    if recipe.ema:
        settings |= {"use_ema": True, "ema_momentum": recipe.ema}
    return planned(made.__class__)(batches, **settings)


def make_loss(recipe: Recipe) -> keras.losses.Loss:
    """The recipe's loss on one-hot labels and probabilities."""
    return LOSSES[recipe.loss].function(label_smoothing=recipe.label_smoothing)
