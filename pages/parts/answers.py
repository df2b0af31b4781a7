"""What the chosen models say of one picture: the same board for every way to show one."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnnlab import prediction, runs
from cnnlab.errors import LabError
from cnnlab.plots import predict as plots

NOTHING = "There is nothing to see in this picture: no ink was found."


def show_answers(
    names: Sequence[str], look: Callable[[runs.Run], prediction.Answer], blank: str = NOTHING
) -> None:
    """One board for all models; one that cannot answer says why, and the others go on.

    Args:
        names: Runs to ask.
        look: Shows the picture to one run.
        blank: The sentence for a picture with nothing on it.
    """
    answers, seen, models = [], {}, []
    for name in names:
        try:
            run = runs.find(name)
            answer, figures = look(run), _figures(run)
        except LabError as error:
            st.error(str(error))
            continue
        models.append(plots.Model(name, figures, _bars(run, answer.prediction)))
        seen.setdefault(_caption(run), answer.prepared)
        answers.append(answer)
    pictures = [(caption, prepared.picture) for caption, prepared in seen.items()]
    st.html(plots.board(pictures, models, prediction.opinion(answers) or blank))
    for prepared in seen.values():
        _show_way(prepared)


def _caption(run: runs.Run) -> str:
    height, width, channels = run.config["input_shape"]
    color = "grey" if channels == 1 else "in color"
    return f"What the network sees: {height}x{width} pixels, {color}"


def _figures(run: runs.Run) -> tuple[str, str]:
    """The lines under a model's name, from what was measured."""
    metrics = run.metrics
    params, accuracy = metrics.get("params"), metrics.get("test_accuracy")
    return (
        "size not measured" if params is None else f"{params:,} parameters",
        "not tested" if accuracy is None else f"{accuracy * 100:.1f} % in its test",
    )


def _bars(run: runs.Run, answer: prediction.Prediction | None) -> list[tuple[str, float]]:
    if answer is None:
        return [(str(label), 0.0) for label in run.config["labels"]][: plots.MAX_ROWS]
    return plots.rows(answer.by_class)


def _show_way(prepared) -> None:
    for note in prepared.notes:
        st.caption(note)
    with st.expander("How the picture became the network's input"):
        st.html(plots.strip([(step.caption, step.picture) for step in prepared.steps]))
