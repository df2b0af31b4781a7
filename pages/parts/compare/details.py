"""Closer looks at runs that may be compared: curves, settings, agreement, classes, a picture."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import comparison, images, lab, prediction
from cnnlab.errors import LabError
from cnnlab.evaluation.questions import SeveralTogether
from cnnlab.plots.comparison import charts as plots
from cnnlab.plots.comparison.marks import labels, marks
from cnnlab.plots.comparison.run_tables import answers_html, settings_html
from cnnlab.plots.photos import Photo, photos
from cnnlab.runs import Run
from pages.parts.shared import pictures
from pages.parts.shared.canvas import canvas
from pages.parts.shared.controls import one_of
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.plainly import literal

if TYPE_CHECKING:
    from cnnlab.evaluation.several_models import Together


def curves(members: list[Run], group: comparison.Group) -> None:
    """Learning curves on shared axes."""
    looks, words = marks(group.rows), labels(group.rows)
    histories = [
        plots.History(words[run.name], run.history, looks[run.name])
        for run in members
        if run.history
    ]
    if not histories:
        st.info("None of these runs has finished an epoch here: imported models bring no curves.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        quantity = one_of("Quantity", ["accuracy", "loss"], "quantity")
        over = one_of(
            "Over",
            ["epoch", "seconds"],
            "over",
            help="Over epochs one compares learning; over seconds, patience.",
        )
        training = st.toggle("Training, too", key="training", bind="query-params")
        log_scale = st.toggle("Log axis", key="log", bind="query-params")
    # Rows are only added: the last one tells whether there are others.
    states = tuple((h.name, repr(h.mark), len(h.rows), repr(h.rows[-1])) for h in histories)
    drawn = ("curves", states, quantity, training, over, log_scale)
    figure = kept_figure(
        drawn, lambda: plots.curves(histories, quantity, training, over, log_scale)
    )
    st.plotly_chart(figure, key=f"curves-{quantity}-{over}-{log_scale}")
    st.caption(
        "Validation pictures were not trained on, but chose the epoch that was kept. Where the "
        "pale training curve leaves its own validation curve, the network learns by heart. The "
        "axis leaves out the first steps; a double click shows all."
    )


def settings(members: list[Run], group: comparison.Group) -> None:
    """What was asked of each run; only where they differ, unless one wants all."""
    everything = st.toggle(
        "Also what is the same", key="same", bind="query-params", disabled=len(members) < 2
    )
    rows = [s for s in group.settings if everything or len(members) < 2 or not s.same]
    if not rows:
        st.info("These runs were asked for exactly the same, seed and all.")
        return
    st.html(settings_html(group.rows, rows))
    same = sum(setting.same for setting in group.settings)
    st.caption(
        f"{same} of {len(group.settings)} settings are the same in all of them. Shaded: unlike "
        "the first run's. If two runs differ in one setting only, the figures are its effect, and "
        "chance."
    )


def _together(members: list[Run]) -> tuple[list[Run], "Together | None"]:
    """All runs with a model on all test pictures, counted once while the files stay the same."""
    able = [run for run in members if run.model_file.is_file()]
    if len(able) < 2:
        st.info("This needs two runs with a finished model: choose another one above.")
        return [], None
    stamps = tuple(lab.state_of(run) for run in able)
    with st.spinner("Asking every model about every test picture"):
        return able, _counted(tuple(able), stamps)


@st.cache_data(max_entries=20, show_spinner=False, hash_funcs={Run: lambda run: str(run.path)})
def _counted(able: tuple[Run, ...], stamps: tuple[str, ...]) -> "Together":
    return lab.ask(SeveralTogether(tuple(run.path for run in able)))


def agreement(members: list[Run], group: comparison.Group) -> None:
    """How often two models say the same, and which pictures part them."""
    able, result = _together(members)
    if not result:
        return
    words = labels(group.rows)
    left, right = st.columns([3, 2], gap="large")
    with left:
        names = [words[run.name] for run in able]
        st.plotly_chart(plots.agreement(names, result.agreement), key="agreement")
        st.caption(
            "Share of test pictures on which two models give the same answer, right or wrong. "
            "Two that err alike have learned alike; two that do not can help each other."
        )
    with right:
        cells = {
            "All of them right": result.all_right / result.count,
            "At least one right": 1 - result.none_right / result.count,
            "None right": result.none_right / result.count,
        }
        for label, share in cells.items():
            st.metric(label, f"{share:.2%}")
        _recounted(able, group, result)


def _recounted(able: list[Run], group: comparison.Group, result: "Together") -> None:
    """Whether the accuracies counted now are those in the table."""
    in_table = {row["run"]: row["accuracy"] for row in group.rows}
    wrong = [
        f"{run.name}: {now:.2%} now, {in_table[run.name]:.2%} in the table"
        for run, now in zip(able, result.accuracy, strict=True)
        if in_table[run.name] is not None and abs(now - in_table[run.name]) > 0.5 / result.count
    ]
    if wrong:
        st.warning(
            "Counted anew, some accuracies differ from the runs' files: "
            f"{literal('; '.join(wrong))}."
        )
    else:
        st.caption(
            f"Counted just now on {result.count:,} test pictures: every accuracy in the table "
            "is confirmed."
        )


def classes(members: list[Run], group: comparison.Group) -> None:
    """What each model finds of each class."""
    able, result = _together(members)
    if not result:
        return
    looks, words = marks(group.rows), labels(group.rows)
    recall = {words[run.name]: values for run, values in zip(able, result.recall, strict=True)}
    figure = plots.classes(result.labels, recall, [looks[run.name] for run in able])
    st.plotly_chart(figure, key="classes")
    st.caption(
        "The class that is hardest on the whole comes first. A small model rarely loses a little "
        "everywhere: it gives up on some classes. Which?"
    )


def one_picture(members: list[Run], group: comparison.Group) -> None:
    """One picture shown to all: disputed test pictures, a drawing, or one of your own."""
    ways = ["Disputed test pictures", "Upload"]
    if group.rows[0]["preparation"] == "digit":
        ways.insert(1, "Draw")
    way = one_of("Picture", ways, "from")
    if way == ways[0]:
        _disputed(members, group)
    elif way == "Draw":
        left, right = st.columns([3, 7], gap="medium")
        with left:
            picture = canvas("drawing")
        with right:
            _asked(members, group, picture, drawn=True)
    else:
        _uploaded(members, group)


def _disputed(members: list[Run], group: comparison.Group) -> None:
    able, result = _together(members)
    if not result:
        return
    if not result.disputed:
        st.info("These models give the same answer to every test picture.")
        return
    number = st.number_input(
        f"Picture 1 to {len(result.disputed)}, most disputed first",
        *(1, len(result.disputed)),
        key="disputed",
        bind="query-params",
        width=260,
    )
    one = result.disputed[number - 1]
    left, right = st.columns([1, 4], gap="large")
    left.html(photos([Photo(one.picture, f"Test picture of {one.truth}")], 148))
    left.caption(f"Test picture {one.index}. It is {literal(one.truth)}.")
    looks, words = marks(group.rows), labels(group.rows)
    right.html(
        answers_html(
            [
                (words[run.name], looks[run.name], answers, one.truth)
                for run, answers in zip(able, one.answers, strict=True)
            ]
        )
    )
    right.caption("These are the pictures to which the models give the most different answers.")


def _uploaded(members: list[Run], group: comparison.Group) -> None:
    for title, data in pictures.uploaded()[:1]:
        st.markdown(f"**{literal(title)}**")
        _asked(members, group, images.open_picture(data).pixels)


def _asked(
    members: list[Run], group: comparison.Group, picture: images.Array, drawn: bool = False
) -> None:
    """What every model that can answer says of a picture of the reader's, or of the pad's."""
    looks, words = marks(group.rows), labels(group.rows)
    answers, seen = [], None
    for run in members:
        try:
            turned = prediction.on_its_ground(run, picture) if drawn else picture
            answer = prediction.ask(run, turned)
        except LabError as error:
            st.caption(literal(str(error)))
            continue
        seen = seen if seen is not None else answer.prepared.picture
        if answer.prediction:
            best = list(zip(answer.prediction.labels, answer.prediction.probabilities, strict=True))
            answers.append((words[run.name], looks[run.name], best, None))
    if seen is None:
        return
    if not answers:
        st.info("Draw something: every model answers after each stroke.")
        return
    left, right = st.columns([1, 4], gap="large")
    about = "What the network sees"
    left.html(photos([Photo(seen, about, about)], 148))
    right.html(answers_html(answers))
