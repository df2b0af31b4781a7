"""What the chosen models say of one picture: the same board for every way to show one."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from cnnlab import prediction, runs
from cnnlab.errors import LabError
from cnnlab.plots import predict as plots

NOTHING = "There is nothing to see in this picture: no ink was found."


@dataclass
class Answers:
    """What the chosen models say of one picture; asked once, then shown in parts.

    A model that cannot answer says why in `problems`, and the others go on.
    """

    blank: str
    given: dict[str, prediction.Answer] = field(default_factory=dict)
    asked: dict[str, runs.Run] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def board(self) -> str:
        """The inputs, the bars and the sentence, as HTML without its style sheet."""
        inputs = {_caption(self.asked[name]): a.prepared for name, a in self.given.items()}
        pictures = [(caption, prepared.picture) for caption, prepared in inputs.items()]
        models = [_column(self.asked[name], answer) for name, answer in self.given.items()]
        words = prediction.opinion(list(self.given.values())) or self.blank
        return plots.bare_board(pictures, models, words)

    def show_notes(self) -> None:
        """Problems first, then what was done to the picture."""
        for problem in dict.fromkeys(self.problems):
            st.error(problem)
        notes = [note for answer in self.given.values() for note in answer.prepared.notes]
        if notes:
            st.caption(" ".join(dict.fromkeys(notes)))


def ask_all(
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


def show_answers(
    names: Sequence[str], look: Callable[[runs.Run], prediction.Answer], blank: str = NOTHING
) -> Answers:
    """Asks all models and draws the board with its notes."""
    answers = ask_all(names, look, blank)
    st.html(f"<style>{plots.STYLE}</style>{answers.board()}")
    answers.show_notes()
    return answers


def show_ways(answers: Answers) -> None:
    """The steps from the picture to each different input, folded away."""
    ways = {tuple(step.caption for step in a.prepared.steps): a for a in answers.given.values()}
    with st.expander("How the picture became the network's input"):
        for answer in ways.values():
            steps = answer.prepared.steps
            st.html(plots.strip([(step.caption, step.picture) for step in steps]))


def show_first_layers(answers: Answers) -> None:
    """What the first convolutions of each model make of the picture, stroke by stroke."""
    shown = False
    for name, answer in answers.given.items():
        try:
            maps = prediction.feature_maps(answers.asked[name], answer.prepared.network_input)
        except LabError as error:
            st.error(str(error))
            continue
        if maps:
            shown = True
            st.html(f"<b>{html.escape(name)}</b>{plots.feature_strip(maps)}")
        else:
            st.caption(f"{name} has no convolutions to look at.")
    if shown:
        st.caption(
            "Each tile is one feature map: bright where its kernel answers strongly. Try a "
            "horizontal stroke, then a vertical one: which tiles wake up?"
        )


def _caption(run: runs.Run) -> str:
    height, width, channels = run.config["input_shape"]
    color = "grey" if channels == 1 else "in color"
    return f"What the network sees: {height}x{width} pixels, {color}"


def _column(run: runs.Run, answer: prediction.Answer) -> plots.Model:
    return plots.Model(run.name, _figures(run), _bars(run, answer.prediction))


def _figures(run: runs.Run) -> tuple[str, str]:
    """The lines under a model's name, from what was measured."""
    metrics = run.metrics
    params, accuracy = metrics.get("params"), metrics.get("test_accuracy")
    return (
        "size not measured" if params is None else f"{params:,} parameters",
        "not tested"
        if accuracy is None
        else f"{accuracy * 100:.1f} % on {metrics.get('variant') or run.config['dataset']}",
    )


def _bars(run: runs.Run, answer: prediction.Prediction | None) -> list[tuple[str, float]]:
    if answer is None:
        return [(str(label), 0.0) for label in run.config["labels"]][: plots.MAX_ROWS]
    return plots.rows(answer.by_class)
