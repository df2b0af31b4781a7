"""What a student hears of one picture: its teacher's answer at several temperatures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab import prediction
from cnnlab.datasets import stand_in
from cnnlab.errors import LabError
from cnnlab.lab.engine_calls import mismatch, test_pictures
from cnnlab.runs import Run

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class SoftTargets:
    """What a teacher says of one test picture, softened by several temperatures.

    `picture` is uint8 `(h, w)` or `(h, w, 3)`; `rows` pairs a temperature with a probability for
    each of `labels`.
    """

    picture: "np.ndarray"
    truth: str
    labels: tuple[str, ...]
    rows: tuple[tuple[float, tuple[float, ...]], ...]


def soft_targets(teacher: Run, number: int, temperatures: Sequence[float]) -> SoftTargets:
    """The teacher's answer to test picture `number` (0-based), as a student would hear it.

    Raises:
        LabError: the teacher has no file to ask yet, or its dataset is not here.
    """
    config = teacher.config
    dataset = stand_in(config.dataset)
    shown = test_pictures(dataset, config.input_shape)
    if why := mismatch(teacher, dataset, shown):
        raise LabError(why)
    picture = shown.pictures[number]
    shape = config.input_shape
    floats = picture.reshape(shape).astype("float32") / 255
    probabilities = prediction.predict(teacher, floats).by_class
    # Logits up to a constant, which softmax does not see.
    logits = [math.log(max(probability, 1e-7)) for probability in probabilities.values()]
    return SoftTargets(
        picture=picture.squeeze(),
        truth=str(config.labels[int(shown.classes[number])]),
        labels=tuple(probabilities),
        rows=tuple((t, _softened(logits, t)) for t in temperatures),
    )


def _softened(logits: Sequence[float], temperature: float) -> tuple[float, ...]:
    most = max(logits)
    powers = [math.exp((logit - most) / temperature) for logit in logits]
    return tuple(power / sum(powers) for power in powers)
