"""Any picture shown to one model, and how far to trust what several say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import images
from cnnlab.datasets import DATASETS
from cnnlab.prediction._doubts import doubts
from cnnlab.prediction._loaded import Trained
from cnnlab.prediction._predict import Prediction, best_classes, predict

STEADY = 0.2  # share of slightly changed copies that may be read otherwise


@dataclass(frozen=True)
class Answer:
    """A picture shown to one model.

    Attributes:
        prepared: What the network saw of it.
        prediction: What it says; None where the picture is blank.
        wavers: The label that copies turned or shifted a little get instead; empty if they
            keep the label, as a digit that is read for good reasons does.
    """

    prepared: images.Prepared
    prediction: Prediction | None
    wavers: str = ""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why not to trust the answer, the strongest reason first; empty where there is none."""
        if self.prediction is None:
            return ()
        return doubts(self.prediction, self.wavers, self.prepared)

    def to_json(self, notes: Sequence[str] = ()) -> dict[str, Any]:
        """What command line and HTTP tell beside the probabilities.

        Args:
            notes: What reading the picture's file has noted already.
        """
        all_notes = [*notes, *self.prepared.notes]
        preparation = dict(self.prepared.facts) | {"notes": all_notes}
        return {"doubts": list(self.doubts), "preparation": preparation}


def ask(
    run: Trained, picture: np.ndarray, how: images.Fit = "crop", ink: images.Tone = "auto"
) -> Answer:
    """Prepares a picture the way the run's network was trained, and predicts.

    Pages, command line and HTTP all ask here, so that all three say the same.

    Args:
        run: A finished run.
        picture: uint8, `(h, w)` or `(h, w, 3)`.
        how: How another shape becomes the network's, see `images.prepare`.
        ink: Whether the ink is dark or light, see `images.prepare`.

    Raises:
        LabError: what `images.prepare` and `predict` refuse.
    """
    preparation = run.config.preparation
    prepared = images.prepare(picture, run.config.input_shape, preparation, how, ink)
    if prepared.blank:
        return Answer(prepared, None)
    found = predict(run, prepared.network_input)
    wavers = _wavers(run, prepared.network_input, found.label) if preparation == "digit" else ""
    return Answer(prepared, found, wavers)


def on_its_ground(run: Trained, drawn: np.ndarray) -> np.ndarray:
    """What is drawn on the pad, light on black, as the pictures look the run learned from.

    Args:
        run: A finished run.
        drawn: uint8 `(h, w)`, light on black.

    Returns:
        The same, dark on white where the run's dataset is.
    """
    name = run.config.dataset
    light = name in DATASETS and DATASETS[name].ground == "light"
    return 255 - drawn if light else drawn


def _wavers(run: Trained, network_input: np.ndarray, label: str) -> str:
    labels = [str(name) for name in run.config.labels]
    copies = images.nearby(network_input)
    predictions = [labels[index] for index in best_classes(run, copies)]
    others = [name for name in predictions if name != label]
    return max(others, key=others.count) if len(others) > STEADY * len(copies) else ""


def opinion(answers: Sequence[Answer]) -> str:
    """How far to trust what several models say of one picture: agreement, then doubt."""
    predictions = [answer.prediction for answer in answers if answer.prediction]
    if not predictions:
        return ""
    if len({one.label for one in predictions}) > 1:
        labels = ", ".join(f"{one.label} ({one.confidence:.0%})" for one in predictions)
        return f"The models disagree: {labels}. Look at what the network sees before trusting one."
    label = predictions[0].label
    many = len(predictions)
    who = f"All {many} models say {label}" if many > 1 else f"The model says {label}"
    doubt = _strongest(answers)
    return f"{who}. Unsure: {doubt}" if doubt else f"{who}."


def _strongest(answers: Sequence[Answer]) -> str:
    """The first doubt of the model that is the least sure of those that have one."""
    doubted = [(a.prediction, a.doubts[0]) for a in answers if a.prediction and a.doubts]
    if not doubted:
        return ""
    prediction, doubt = min(doubted, key=lambda pair: pair[0].confidence)
    return doubt if doubt.startswith(prediction.run) else doubt[0].lower() + doubt[1:]
