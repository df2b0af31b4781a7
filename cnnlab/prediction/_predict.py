"""What one network says of one prepared picture, and what its first layers make of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.prediction._loaded import Trained, load


@dataclass(frozen=True)
class Prediction:
    """What one model says of one picture.

    Attributes:
        run: The run's name.
        labels: Class names, most probable first.
        probabilities: In the order of `labels`; they sum to 1.
        by_class: The same as `{label: probability}` in the classes' own order.
        latency_ms: Time of this one call in the interpreter, in milliseconds.
    """

    run: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    by_class: Mapping[str, float]
    latency_ms: float

    @property
    def label(self) -> str:
        """The most probable class."""
        return self.labels[0]

    @property
    def confidence(self) -> float:
        """The probability of `label`, 0..1."""
        return self.probabilities[0]


def predict(run: Trained, network_input: np.ndarray) -> Prediction:
    """What the run's network sees in one prepared picture.

    Args:
        run: A finished run.
        network_input: `(height, width, channels)`, floats in 0..1, in the network's own size.

    Raises:
        LabError: no `model.tflite` yet or any more, a damaged one, another input shape, or a
            network whose training ended in numbers that are not finite.
    """
    model = load(run)
    outputs, latency_ms = model.probabilities(np.asarray(network_input, np.float32), run.name)
    labels = [str(label) for label in run.config.labels]
    if not np.isfinite(outputs).all():
        raise LabError(
            f"{run.name} answers with no numbers (its training diverged): train it anew."
        )
    if len(labels) != len(outputs):
        raise LabError(f"{run.name} names {len(labels)} classes and its model has {len(outputs)}.")
    order = np.argsort(-outputs, kind="stable")
    return Prediction(
        run=run.name,
        labels=tuple(labels[index] for index in order),
        probabilities=tuple(float(outputs[index]) for index in order),
        by_class=dict(zip(labels, map(float, outputs), strict=True)),
        latency_ms=latency_ms,
    )


def best_classes(run: Trained, network_inputs: Sequence[np.ndarray]) -> list[int]:
    """The index of the most probable class for each of several inputs; quick, and no more.

    Raises:
        LabError: as `predict`.
    """
    model = load(run)
    return [int(model.probabilities(one, run.name)[0].argmax()) for one in network_inputs]


def feature_maps(run: Trained, network_input: np.ndarray, layers: int = 2) -> list[np.ndarray]:
    """What the first convolutions make of a picture, after their activations.

    Args:
        run: A finished run.
        network_input: As for `predict`.
        layers: At most so many convolutions, from the input on.

    Returns:
        One `(height, width, maps)` float32 array for each.

    Raises:
        LabError: as `predict`.
    """
    return load(run, keep_all=True).maps(np.asarray(network_input, np.float32), run.name, layers)
