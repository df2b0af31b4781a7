"""A recipe's words turned into Keras' optimizer and loss."""

from collections.abc import Mapping
from typing import Any

import keras

from cnnlab.training.confusion import Confusion
from cnnlab.training.norms import measuring


def compile_model(
    model: keras.Model, recipe: Mapping[str, Any], loss: keras.losses.Loss | None = None
) -> Confusion:
    """Compile `model` as `recipe` says, or with another `loss`.

    Returns:
        Its metric: the accuracy, with the confusion behind it.
    """
    confusion = Confusion(model.output_shape[-1])
    model.compile(
        optimizer=make_optimizer(recipe),
        loss=loss or make_loss(recipe),
        metrics=[confusion],
    )
    return confusion


def make_optimizer(recipe: Mapping[str, Any]) -> keras.optimizers.Optimizer:
    """The recipe's optimizer with its rate, decay and moving average."""
    kinds = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "sgd": keras.optimizers.SGD,
        "nadam": keras.optimizers.Nadam,
        "rmsprop": keras.optimizers.RMSprop,
        "adadelta": keras.optimizers.Adadelta,
    }
    settings: dict[str, Any] = {"learning_rate": recipe["learning_rate"]}
    if recipe["optimizer"] == "sgd" and recipe["momentum"]:
        settings |= {"momentum": recipe["momentum"], "nesterov": True}
    if recipe["weight_decay"] or recipe["optimizer"] == "adamw":
        settings["weight_decay"] = recipe["weight_decay"]
    if recipe["ema"]:
        settings |= {"use_ema": True, "ema_momentum": recipe["ema"]}
    return measuring(kinds[recipe["optimizer"]])(**settings)


def make_loss(recipe: Mapping[str, Any]) -> keras.losses.Loss:
    """The recipe's loss on one-hot labels and probabilities."""
    if recipe["loss"] == "focal":
        return keras.losses.CategoricalFocalCrossentropy()
    if recipe["loss"] == "mean_squared_error":
        return keras.losses.MeanSquaredError()
    return keras.losses.CategoricalCrossentropy(label_smoothing=recipe["label_smoothing"])
