"""How long weights and gradients are in each layer: what vanishes, explodes or stands still."""

import math

import keras
import numpy as np

from cnnlab.keras_graph import layers
from cnnlab.schema import LayerNorms


def layer_norms(model: keras.Model, trained: keras.Model, epoch: int) -> LayerNorms:
    """Euclidean norms of each layer's weights now, and of its gradients when last measured.

    Args:
        model: The network whose layers are told.
        trained: What is fitted, with an optimizer made by `planned`: `model` itself, or a model
            around it that shares its weights.

        epoch: The epoch that has just ended, 1-based.

    Returns:
        The norms, front to back; only layers that learn.
    """
    measured = map(float, np.asarray(trained.optimizer.gradient_norms))
    slopes = dict(zip(map(id, trained.trainable_variables), measured, strict=True))
    names, weights, gradients = [], [], []
    for name, layer in layers(model).items():
        learned = layer.trainable_variables
        if learned:
            names.append(name)
            weights.append(math.hypot(*(np.linalg.norm(np.asarray(v)) for v in learned)))
            gradients.append(math.hypot(*(slopes.get(id(v), 0.0) for v in learned)))
    return LayerNorms(epoch, tuple(names), tuple(weights), tuple(gradients))
