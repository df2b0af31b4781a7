"""Reasons not to trust what one model says of one picture; every way to ask tells the same ones.

The bounds are set so that of the scripted handwriting (`tests/handwriting_kinds.py`) at most one
right answer in twenty is doubted, and then as many wrong ones as can be.
"""

from cnnlab.images import CUT, Prepared
from cnnlab.prediction._predict import Prediction

SURE = 0.8
SURE_OF_DIGIT = 0.97  # a digit that is read rightly nearly always gets more
FIRM = 0.999  # from here on a digit that reaches the border is read all the same


def doubts(prediction: Prediction, wavers: str, prepared: Prepared) -> tuple[str, ...]:
    """Sentences, the strongest first; none where there is no reason to doubt.

    Args:
        prediction: What the model says.
        wavers: What it says of copies turned or shifted a little, if that is something else.
        prepared: What it saw, with the preparation's own doubts.
    """
    found = []
    digit = prepared.facts.get("kind") == "digit"
    if prediction.confidence < (SURE_OF_DIGIT if digit else SURE):
        second = f"{prediction.labels[1]} is next with {prediction.probabilities[1]:.0%}"
        found.append(f"{prediction.run} gives it only {prediction.confidence:.0%}; {second}.")
    if wavers:
        found.append(f"Turned or shifted a little, {prediction.run} reads it as {wavers}.")
    firm = prediction.confidence >= FIRM and not wavers
    return (*found, *(doubt for doubt in prepared.doubts if not (firm and doubt == CUT)))
