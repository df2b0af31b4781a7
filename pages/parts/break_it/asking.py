"""One question to the engine for all chosen networks, and what was answered kept."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.prediction import board
from cnnlab.question import Each, Question
from cnnlab.runs import Run
from pages.parts.shared.kept import kept
from pages.parts.shared.plainly import show_error

Made = TypeVar("Made")


def ask_all(
    answers: board.Answers, word: str, question: Callable[[Run, Any], Question[Made]]
) -> dict[str, Made]:
    """What each network's question gives, by run; a refused one says why and is left out.

    Args:
        answers: Of the board: the networks, and the picture as each of them sees it.
        word: Tells this kind of question from others.
        question: Of one run and its input `(height, width, channels)`.
    """
    inputs = {
        name: answer.prepared.network_input
        for name, answer in answers.given.items()
        if answer.prediction
    }
    questions = tuple(question(answers.asked[name], image) for name, image in inputs.items())
    states = tuple(lab.state_of(answers.asked[name]) for name in inputs)
    seen = hashlib.sha256(b"".join(image.tobytes() for image in inputs.values())).hexdigest()
    found = cast(
        "tuple[Made | LabError, ...]",
        kept((word, *inputs, states, seen), lambda: lab.ask(Each(questions))),
    )
    made: dict[str, Made] = {}
    for name, one in zip(inputs, found, strict=True):
        if isinstance(one, LabError):
            show_error(one)
        else:
            made[name] = one
    return made
