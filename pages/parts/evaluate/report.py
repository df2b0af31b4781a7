"""Pieces of the Evaluate page: cached measurements, pictures with answers, two models."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import datasets, lab, runs
from cnnlab.evaluation.questions import ConfusedPictures, EvaluationReport, Rivalry
from cnnlab.evaluation.report import Duel, Report, Shown
from cnnlab.plots.photos import Photo, photos
from cnnlab.runs import Run
from pages.parts.shared.plainly import cells, literal
from pages.parts.shared.reader import seen

_PICTURE_PX = 92


def measured(run: Run) -> Report:
    """The run's report; measured once for everybody while its model stays the same."""
    with st.spinner("Asking the model about every test picture"):
        return _report(run.name, lab.state_of(run))


@st.cache_data(max_entries=10, show_spinner=False)
def _report(name: str, state: str) -> Report:
    return lab.ask(EvaluationReport(runs.find(name).path))


def called(run: Run, truth: int, predicted: int) -> list[Shown]:
    """Test pictures of one class that the run takes for another."""
    return _called(run.name, lab.state_of(run), truth, predicted)


@st.cache_data(max_entries=60, show_spinner=False)
def _called(name: str, state: str, truth: int, predicted: int) -> list[Shown]:
    return lab.ask(ConfusedPictures(runs.find(name).path, truth, predicted))


def grid(found: Sequence[Shown], empty: str) -> None:
    """Pictures in rows; under each the truth and what was predicted."""
    if not found:
        st.info(empty)
        return
    shown = [Photo(one.picture, f"Test picture of {one.truth}", _words(one)) for one in found]
    st.html(photos(shown, _PICTURE_PX))


def _words(one: Shown) -> str:
    # No line breaks between a class and its probability.
    pairs = [f"{label}\u00a0{probability:.0%}" for label, probability in one.answers[:2]]
    answers = ", ".join(pairs)
    return f"{one.truth}: said {answers}"


def choose_rival(run: Run) -> Run | None:
    """Another run of the same dataset; None where there is none."""
    dataset = datasets.stand_in(run.config.dataset)
    rivals = [
        other
        for other in [*seen(runs.list_runs()), *runs.pretrained()]
        if other != run
        and other.model_file.is_file()
        and datasets.stand_in(other.config.dataset) == dataset
    ]
    if not rivals:
        st.info(
            f"There is no other model of {literal(dataset)} yet: train a second one and compare."
        )
        return None
    name = st.selectbox(
        "Another model of the same dataset",
        [other.name for other in rivals],
        key=f"rival-{run.name}",
        help="Both are asked about the same test pictures.",
    )
    return runs.find(name)


def against(run: Run, rival: Run) -> tuple[Report, Duel, list[Shown]]:
    """The run's report, both runs counted, and the pictures that only `rival` reads."""
    with st.spinner("Asking both models about every test picture"):
        return _against(run.name, lab.state_of(run), rival.name, lab.state_of(rival))


@st.cache_data(max_entries=10, show_spinner=False)
def _against(
    name: str, state: str, rival: str, rival_state: str
) -> tuple[Report, Duel, list[Shown]]:
    return lab.ask(Rivalry(runs.find(name).path, runs.find(rival).path))


def show_duel(run: Run, rival: Run, result: Duel, missed: list[Shown]) -> None:
    """Where the other run is right and this one wrong."""
    rows = {
        "both right": result.both,
        f"only {run.name} right": result.only_first,
        f"only {rival.name} right": result.only_second,
        "neither": result.neither,
        "answered alike": result.alike,
    }
    st.dataframe(
        cells([{"": word, "pictures": n, "share": n / result.count} for word, n in rows.items()]),
        hide_index=True,
        column_config={"share": st.column_config.NumberColumn(format="percent")},
    )
    st.write(f"McNemar's exact test: p = {result.p_value:.2g}. {result.verdict}")
    st.markdown(f"**Read by {literal(rival.name)}, not by {literal(run.name)}**")
    grid(missed, "None.")
