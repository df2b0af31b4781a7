"""The strip: what every size of a network says of one drawing, all in one answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cnnlab import images, runs
from cnnlab.errors import LabError
from cnnlab.prediction import on_its_ground, predict
from cnnlab.prediction.board import PAD_SIDE

DIGITS = 4  # of a probability; a bar of 40 pixels shows no more


@dataclass(frozen=True)
class Strip:
    """The sizes' answers to one drawing.

    Attributes:
        probabilities: Those of the classes in their own order, for each run; None for one that
            cannot answer. Empty for a blank pad.
        problems: Why some cannot answer, each sentence once.
    """

    probabilities: tuple[tuple[float, ...] | None, ...] = ()
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data, as the page's script reads it."""
        return {"probabilities": self.probabilities, "problems": self.problems}


def strip(names: Sequence[str], raster: object) -> Strip:
    """Ask every run about the pad's raster, base64 of `PAD_SIDE` squared grey levels.

    The picture is prepared once for all that want it alike, and nobody is asked twice: how far an
    answer wavers is said by the Predict page, one network at a time.

    Raises:
        LabError: the raster is no drawing.
    """
    drawn = images.read_canvas(raster, PAD_SIDE)
    if not drawn.any():
        return Strip()
    prepared: dict[object, images.Prepared] = {}

    def look(run: runs.Run) -> tuple[float, ...] | None:
        shape, preparation = run.config.input_shape, run.config.preparation
        shown = on_its_ground(run, drawn)
        kind = shape, preparation, shown is drawn
        if kind not in prepared:
            prepared[kind] = images.prepare(shown, shape, preparation)
        if prepared[kind].blank:
            return None
        answer = predict(run, prepared[kind].network_input)
        return tuple(round(share, DIGITS) for share in answer.by_class.values())

    probabilities: list[tuple[float, ...] | None] = []
    problems = []
    for name in names:
        try:
            probabilities.append(look(runs.find(name)))
        except LabError as error:
            probabilities.append(None)
            problems.append(str(error))
    return Strip(tuple(probabilities), tuple(dict.fromkeys(problems)))
