"""The board: what several models say of one picture, as HTML; pages and the pad's route show it."""

import base64
import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cnnlab import images, prediction, runs
from cnnlab.errors import LabError
from cnnlab.plots import predict as plots

MAX_MODELS = 3
PAD_SIDE = 140  # pixels of the raster that the drawing pad sends
PAD_PATH = "/pad"  # where it sends it on the pages' server
DRAW = "Draw something: the models answer after every stroke."
NOTHING = "There is nothing to see in this picture: no ink was found."
_SECRET = secrets.token_bytes(32)


@dataclass
class Answers:
    """What the chosen models say of one picture; asked once, then shown in parts.

    A model that cannot answer says why in `problems`, and the others go on.
    """

    blank: str
    given: dict[str, prediction.Answer] = field(default_factory=dict)
    asked: dict[str, runs.Run] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def html(self) -> str:
        """The inputs, the bars and the sentence, without their style sheet."""
        inputs = {_caption(self.asked[name]): a.prepared for name, a in self.given.items()}
        pictures = [(caption, prepared.picture) for caption, prepared in inputs.items()]
        models = [
            _column(words, self.asked[name], answer)
            for (name, answer), words in zip(self.given.items(), self._names(), strict=True)
        ]
        words = prediction.opinion(list(self.given.values())) or self.blank
        return plots.bare_board(pictures, models, words)

    def _names(self) -> list[str]:
        """Their readable names; the whole label of those that are called alike."""
        titles = Counter(run.title for run in self.asked.values())
        labels = Counter(run.label for run in self.asked.values())
        return [
            run.title
            if titles[run.title] == 1
            else run.label
            if labels[run.label] == 1
            else f"{run.label}: {run.name}"
            for run in self.asked.values()
        ]

    def notes(self) -> str:
        """What was done to the picture, each sentence once."""
        notes = [note for answer in self.given.values() for note in answer.prepared.notes]
        return " ".join(dict.fromkeys(notes))


def ask(
    names: Sequence[str], look: Callable[[runs.Run], prediction.Answer], blank: str = NOTHING
) -> Answers:
    """Shows a picture to every run.

    Args:
        names: Runs to ask.
        look: Shows the picture to one run.
        blank: The sentence for a picture with nothing on it.
    """
    answers = Answers(blank)
    for name in names:
        try:
            run = runs.find(name)
            answers.given[name] = look(run)
            answers.asked[name] = run
        except LabError as error:
            answers.problems.append(str(error))
    return answers


def drawing(names: Sequence[str], raster: object) -> Answers:
    """What the runs say of the pad's raster, base64 of `PAD_SIDE` squared grey levels."""

    def look(run: runs.Run) -> prediction.Answer:
        drawn = images.read_canvas(raster, PAD_SIDE)
        return prediction.ask(run, prediction.on_its_ground(run, drawn))

    return ask(names, look, DRAW)


def ticket(names: Sequence[str]) -> str:
    """What a page gives its pad to ask these runs with, stroke by stroke, past the page itself.

    It is good for this server process. So a server with a token, whose HTTP interface answers
    nobody without it, still answers the pads of the pages it has served.
    """
    content = base64.urlsafe_b64encode(json.dumps(list(names)).encode()).decode()
    return f"{content}.{_sign(content)}"


def admitted(given: str) -> list[str]:
    """The runs a ticket is for.

    Raises:
        LabError: it is none of this server's.
    """
    content, _, signature = given.partition(".")
    if not hmac.compare_digest(signature.encode(), _sign(content).encode()):
        raise LabError("This page is of an earlier server: load it again.")
    return json.loads(base64.urlsafe_b64decode(content))


def _sign(content: str) -> str:
    return hmac.new(_SECRET, content.encode(), hashlib.sha256).hexdigest()


def _caption(run: runs.Run) -> str:
    height, width, channels = run.config.input_shape
    color = "grey" if channels == 1 else "in color"
    return f"What the network sees: {height}x{width} pixels, {color}"


def _column(words: str, run: runs.Run, answer: prediction.Answer) -> plots.Model:
    return plots.Model(words, _figures(run), _bars(run, answer.prediction))


def _figures(run: runs.Run) -> tuple[str, str]:
    """The lines under a model's name, from what was measured."""
    metrics = run.metrics
    params, accuracy = metrics.params, metrics.test_accuracy
    return (
        "size not measured" if params is None else f"{params:,} parameters",
        "not tested"
        if accuracy is None
        else f"{accuracy * 100:.1f} % on {metrics.variant or run.config.dataset}",
    )


def _bars(run: runs.Run, answer: prediction.Prediction | None) -> list[tuple[str, float]]:
    if answer is None:
        return [(str(label), 0.0) for label in run.config.labels][: plots.MAX_ROWS]
    return plots.rows(answer.by_class)
