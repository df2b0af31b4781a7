"""Reasons not to trust what one model says of one picture; every way to ask tells the same ones."""

from collections.abc import Sequence

from cnnlab.prediction._predict import Prediction


def doubts(prediction: Prediction, wavers: str, of_picture: Sequence[str]) -> tuple[str, ...]:
    """Sentences, the strongest first; none where there is no reason to doubt.

    Args:
        prediction: What the model says.
        wavers: What it says of copies turned or shifted a little, if that is something else.
        of_picture: What the preparation doubts of the picture itself.
    """
    found = []
    if not prediction.sure:
        second = f"{prediction.labels[1]} is next with {prediction.probabilities[1]:.0%}"
        found.append(f"{prediction.run} gives it only {prediction.confidence:.0%}; {second}.")
    if wavers:
        found.append(f"Turned or shifted a little, {prediction.run} reads it as {wavers}.")
    return (*found, *of_picture)
