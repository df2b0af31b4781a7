"""The weights a fine-tuned network begins with: those of a finished run of the same build."""

import keras

from cnnlab.errors import LabError
from cnnlab.keras_graph import layers, open_file
from cnnlab.runs import Run


def load_initial_weights(model: keras.Model, start: Run, labels: tuple[str, ...]) -> list[str]:
    """Give `model` the weights of `start`; the names of the layers that have them now.

    Where the classes are others, the last layer with weights says nothing about them and stays
    fresh (Yosinski et al., 2014, "How transferable are features in deep neural networks?",
    arXiv:1411.1792).

    Args:
        model: Freshly built, by the architecture and the knobs of `start`.
        start: A run with a model.
        labels: The classes `model` is to tell apart, in order.

    Raises:
        LabError: `start` has no model any more, or one whose layers are others.
    """
    if not start.model_file.is_file():
        raise LabError(f"{start.name} has no trained model: begin from another run.")
    source = open_file(start.model_file, start.name)
    # By their order, for a layer nobody named is called otherwise in every process.
    given, taken = ([la for la in layers(m).values() if la.weights] for m in (source, model))
    if labels != tuple(start.config.labels):
        given, taken = given[:-1], taken[:-1]
    if _shapes(given) != _shapes(taken):
        raise LabError(
            f"The layers of {start.name} are others than those that are to be trained: it was "
            "thinned or saved by another version. Begin from another run."
        )
    for layer, origin in zip(taken, given, strict=True):
        layer.set_weights(origin.get_weights())
    return [layer.name for layer in taken]


def _shapes(found: list[keras.Layer]) -> list[list[tuple[int, ...]]]:
    return [[tuple(weight.shape) for weight in layer.weights] for layer in found]
