"""Evaluate: how often a model is right, where it errs, and whether it knows when it does."""

import json

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnlab import datasets, lessons
from cnnlab.api import snippets
from cnnlab.comparison import sources
from cnnlab.errors import LabError
from cnnlab.evaluation import Evaluation, classification_report
from cnnlab.evaluation.report import Report
from cnnlab.plots import evaluation as plots
from cnnlab.runs import Run
from cnnlab.schema import Guess
from pages.parts.evaluate.report import against, called, choose_rival, grid, measured, show_duel
from pages.parts.shared import guess_first
from pages.parts.shared.header import header
from pages.parts.shared.links import link
from pages.parts.shared.plainly import cells, literal, show_error
from pages.parts.shared.run_picker import pick_run

PAIR = {"run": lessons.OWN}
TITLE, ICON, TURN = "Evaluate", ":material/fact_check:", 70


def _even(result: Evaluation) -> bool:
    """Whether the classes have so alike many test pictures that the plain accuracy says it all."""
    counts = [row["count"] for row in result.per_class]
    return max(counts) < 2 * min(counts)


def headline(report: Report) -> None:
    """The figures one would quote, with what they rest on."""
    result = report.evaluation
    low, high = result.interval
    cells = {
        "Test accuracy": f"{result.accuracy:.2%}",
        "Balanced accuracy": "" if _even(result) else f"{result.balanced_accuracy:.2%}",
        "95 % interval": f"{low:.1%} to {high:.1%}",
        "Among the best 2": f"{report.top_k[2]:.2%}" if 2 in report.top_k else "",
        "Calibration error": f"{report.calibration_error:.2%}",
    }
    for label, value in cells.items():
        if value:
            st.metric(label, value, width=180 if "interval" in label else 125)


def basis(run: Run, report: Report) -> None:
    """What the figures rest on, and what the source says."""
    result = report.evaluation
    share = datasets.share_of(result.dataset, run.config.dataset)
    st.caption(
        f"Measured now on {share or f'{result.test_count:,}'} test pictures"
        f"{'' if share else f' of {literal(result.variant)}'}; {literal(result.basis)}. "
        "The interval says how far chance alone could move the figure."
    )
    if result.preparation:
        st.caption(result.preparation)


def published(run: Run) -> None:
    """The source's own figures on the run's own dataset: others would compare with nothing."""
    config = run.config
    words = [
        f"{figure.accuracy:.2%} on {figure.dataset}" + (f" ({figure.note})" if figure.note else "")
        for figure in sources.on_dataset(config.dataset)
        if figure.architecture == config.architecture
        and not (config.compression or config.operations)
    ]
    if words:
        st.caption(f"Published by the source: {'; '.join(words)}")


def confusion(run: Run, report: Report) -> None:
    """The matrix; a click on a cell shows its pictures."""
    result = report.evaluation
    left, right = st.columns([3, 2], gap="large")
    with left:
        per_cent = st.toggle("Per cent of each class", key="per-cent")
        event = st.plotly_chart(
            plots.confusion(result.confusion, result.labels, per_cent),
            key=f"confusion-{run.name}",
            on_select="rerun",
            selection_mode="points",
        )
        st.caption("Rows: what it is. Columns: what the model said. Click a cell for its pictures.")
    points = event["selection"]["points"]
    with right:
        worst = report.commonest
        truth, predicted = points[0]["customdata"] if points else (worst.truth, worst.predicted)
        st.markdown(
            f"**{literal(result.labels[truth])}** called **{literal(result.labels[predicted])}**"
        )
        found = called(run, int(truth), int(predicted)) if points else worst.pictures
        grid(found, "No test picture falls here.")


def sure(report: Report) -> None:
    """Does the model know when it does not know?"""
    left, right = st.columns(2, gap="large")
    with left:
        st.plotly_chart(plots.reliability(report.reliability), key="reliability")
        st.caption(
            "Of the pictures it calls with 80 % confidence, 80 in a hundred should be right: bars "
            "below the dotted line are overconfidence."
        )
    with right:
        st.plotly_chart(plots.rejection(report.rejection), key="rejection")
        st.caption(
            "Let the model refuse what it is least sure of (left): how much better is it on the "
            "rest?"
        )


def classes(report: Report) -> None:
    """Precision, recall and F1 of every class."""
    columns = {
        name: st.column_config.ProgressColumn(name.capitalize(), min_value=0, max_value=1)
        for name in ("precision", "recall", "f1")
    }
    st.dataframe(cells(report.evaluation.per_class), hide_index=True, column_config=columns)
    st.caption(
        "Precision: how often it is right when it says this class. Recall: how many of this class "
        "it finds. F1 is their harmonic mean."
    )
    found = report.evaluation
    means = classification_report.averages(found.per_class)
    st.dataframe(cells([{"": name, **values} for name, values in means.items()]), hide_index=True)
    as_text = classification_report.to_text(found)
    as_json = json.dumps(classification_report.to_json(found), indent=1)
    with st.container(horizontal=True):
        st.download_button("Report as text", as_text, f"{found.run}-report.txt", key="report-text")
        st.download_button("Report as JSON", as_json, f"{found.run}-report.json", key="report-json")


def mistakes(report: Report) -> None:
    """Pictures it is sure and wrong about, and pictures it is right and unsure about."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Most confident mistakes**: is the label wrong, or the model?")
        grid(report.mistakes, "No test picture falls here.")
    with right:
        st.markdown("**Least confident hits**: right, but only just")
        grid(report.hits, "No test picture falls here.")


def elsewhere(run: Run) -> None:
    """How a program asks this model."""
    if not run.tflite_file.is_file():
        return
    with st.expander("Ask this model from a program"):
        st.caption("The server answers over HTTP, too; `/api` describes it all and lets you try.")
        left, right = st.columns(2)
        address = f"{st.context.url or 'http://localhost:8501/'}".split("/evaluate")[0].rstrip("/")
        with left:
            st.code(snippets.curl(address, run.name), language="bash")
            st.code(snippets.javascript(address, run.name), language="javascript")
        with right:
            st.code(snippets.python(address, run.name), language="python")


def guess(run: Run) -> bool:
    """Which pair is confused most? Whether the page may show it: at once, unless one guesses."""
    if run.metrics.confusion is None:
        return True
    asked = Guess("Which class is most often taken for which?", "pair", "confused_pair", PAIR)
    key, labels = f"evaluate {run.name}", run.config.labels
    return guess_first.before_seeing("Guess first", asked, key, labels, run.name)


def show(run: Run, place: DeltaGenerator) -> None:
    """One run, from the headline, in `place`, to the single picture."""
    if run.config.dataset == "unknown":
        st.info(
            "Nobody said which pictures this model was trained on, so there are no test pictures "
            "to hold against it. Import it again and name the dataset, or try it on single ones."
        )
        link("predict", "Try it on a picture", ":material/draw:", run=run.name)
        elsewhere(run)
        return
    if not guess(run):
        return
    above = st.container()  # what is asked depends on the view, which is chosen below
    names = ["Confusion", "Mistakes", "Confidence", "Classes", "Against another"]
    view = st.segmented_control(
        "View",
        names,
        default=names[0],
        key="view",
        bind="query-params",
        required=True,
        label_visibility="collapsed",
    )
    rival = choose_rival(run) if view == "Against another" else None
    if rival:
        report, result, missed = against(run, rival)
    else:
        report = measured(run)
    with place:
        headline(report)
    with above:
        basis(run, report)
        published(run)
    if rival:
        show_duel(run, rival, result, missed)
    elif view == "Confusion":
        with st.container(key="confusion-view"):  # a lesson covers it until there is a guess
            confusion(run, report)
    elif view == "Mistakes":
        mistakes(report)
    elif view == "Confidence":
        sure(report)
    elif view == "Classes":
        classes(report)
    elsewhere(run)


header(TITLE, "How often is it right, and does it know when it is not?")
try:
    gone = st.empty()  # a word about it would be squeezed in the row
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with row:
        chosen = pick_run("Run", lambda run: run.model_file.is_file(), width=300, place=gone)
    if chosen:
        show(chosen, row)
except LabError as error:
    show_error(error)
