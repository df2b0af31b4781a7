"""What one may look at while a run learns, one at a time: only what is open is read and drawn."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.plots import evaluation as evaluation_plots
from cnnlab.plots import kernels as kernel_plots
from cnnlab.plots import training as plots
from cnnlab.runs import Run
from cnnlab.schedules import rate_at
from cnnlab.schema import RunConfig
from cnnlab.visualization.features import kernels
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.plainly import cells, literal
from pages.parts.train.twenty import show_turning

MOST_EARLIER = 3
MOST_CLASSES = 30  # a larger matrix could not be read
LOG_LINES = 30
BARE = {"displayModeBar": False}


def look(run: Run, view: lab.Live) -> None:
    """The control and what it opens."""
    chosen = st.segmented_control(
        "Look at",
        list(LOOKS),
        default="Learning",
        key="look",
        required=True,
        label_visibility="collapsed",
    )
    LOOKS[chosen or "Learning"](run, view)


def _learning(run: Run, view: lab.Live) -> None:
    """The curves, the twenty pictures, and how to draw the curves otherwise."""
    state = st.session_state
    log_axes, smooth = bool(state.get("log-loss")), bool(state.get("smooth"))
    earlier = _chosen(run) if state.get("compare") else {}
    if view.latest or earlier:
        _curves(run, view, log_axes, smooth, earlier)
    else:
        st.caption("The curves begin with the first batches.")
    show_turning(run)
    _axes(run)
    dotted = "Dotted: the validation curves of the earlier runs. " if earlier else ""
    st.caption(
        f"{dotted}Dashed: training; solid: validation; the star: the epoch that is kept. When "
        "training goes on rising and validation falls, the network learns the pictures by heart "
        "(overfitting)."
    )


def _axes(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Log axes", key="log-loss", help="Shows whether it still learns.")
        st.toggle(
            "Smoothing",
            key="smooth",
            help="Running means over pale curves: see the trend behind the noise of small batches.",
        )
        compare = st.toggle(
            "Earlier runs",
            key="compare",
            help="Lay the validation curves of up to three other runs on the same axes.",
        )
    if compare:
        _choose_earlier(run)


def _curves(
    run: Run, view: lab.Live, log_axes: bool, smooth: bool, earlier: dict[str, plots.Earlier]
) -> None:
    """Accuracy, loss and learning rate, side by side."""
    others = tuple((name, len(other.history)) for name, other in earlier.items())
    changed = tuple(one.moment for one in run.config.interventions)
    options = log_axes, smooth, others, changed
    left, middle, right = st.columns([5, 5, 3], gap="small")
    for quantity, column in (("accuracy", left), ("loss", middle)):
        drawn = _drawn((str(run.path), view.key, quantity, *options), view, list(earlier.values()))
        column.plotly_chart(drawn, key=quantity, config=BARE)
    key = (str(run.path), view.key, "rates", changed)
    drawn = kept_figure(key, lambda: _rates(run.config, view))
    right.plotly_chart(drawn, key="rates", config=BARE)


def _rates(config: RunConfig, view: lab.Live) -> Any:
    """The planned learning rate, and what it was so far."""
    rates = [rate_at(config, config.epochs * place / 200) for place in range(201)]
    passed = [(float(row.epoch), row.learning_rate) for row in view.history]
    passed += [(p.epoch + p.batch / p.batches, p.learning_rate) for p in view.points]
    changed = [one.moment for one in config.interventions]
    return plots.rate_curve(rates, config.epochs, passed, changed)


@st.cache_resource(max_entries=60, show_spinner=False)
def _drawn(key: tuple[Any, ...], _view: lab.Live, _earlier: Sequence[plots.Earlier]) -> Any:
    """The curves; drawn once for all the pages that look at a training at one moment."""
    *_, quantity, log_axes, smooth, _names, changed = key
    best = _view.best.epoch if _view.best else None
    epochs = _view.epochs
    shown = _view.history, _view.points, quantity, best, log_axes, smooth, _earlier, epochs, changed
    return plots.curves(*shown).settle()


def _chosen(run: Run) -> dict[str, plots.Earlier]:
    """The earlier runs chosen below the curves."""
    names = st.session_state.get(f"earlier-{run.name}") or []
    found = {other.name: other for other in lab.earlier_runs(run) if other.name in names}
    return {name: plots.Earlier(other.title, other.history) for name, other in found.items()}


def _choose_earlier(run: Run) -> None:
    found = {other.name: other for other in lab.earlier_runs(run)}
    st.multiselect(
        "Compare with",
        list(found),
        key=f"earlier-{run.name}",
        max_selections=MOST_EARLIER,
        format_func=lambda name: _words(found[name]),
        placeholder="Choose up to three runs",
        help="Runs on the same dataset come first. Change one thing in a clone and compare.",
    )


def _words(run: Run) -> str:
    try:
        label, tags = run.label, run.notes.tags
    except LabError:
        return run.name
    return f"{label} ({', '.join(tags)})" if tags else label


def _confusion(run: Run, view: lab.Live) -> None:
    found = run.confusion
    if not found:
        st.caption("It is counted at the end of every epoch: none has ended yet.")
        return
    counts, labels = found.counts, run.config.labels
    if len(counts) != len(labels):
        st.caption("This training answers with more than the classes: nothing to count.")
        return
    st.caption(
        f"The validation pictures after epoch {found.epoch}: true class down, the model's word "
        "across. A colored cell off the diagonal is a habit; does it fade from epoch to epoch?"
    )
    if len(labels) <= MOST_CLASSES:
        key = (str(run.path), "confusion", found.epoch, view.status.updated)
        drawn = kept_figure(key, lambda: evaluation_plots.confusion(counts, labels))
        st.plotly_chart(drawn, key="confusion")
        return
    pairs = [
        (count, labels[i], labels[j])
        for i, row in enumerate(counts)
        for j, count in enumerate(row)
        if i != j and count
    ]
    worst = sorted(pairs, key=lambda pair: -pair[0])[:MOST_CLASSES]
    st.dataframe(
        cells({"true class": one, "called": other, "pictures": n} for n, one, other in worst),
        hide_index=True,
        key="confused",
    )


def _norms(run: Run, view: lab.Live) -> None:
    rows = run.norms
    if not rows:
        st.caption("They are measured at the end of every epoch: none has ended yet.")
        return
    for quantity, column in zip(("weights", "gradients"), st.columns(2), strict=True):
        key = (str(run.path), "norms", quantity, len(rows), rows[-1].epoch, view.status.updated)
        drawn = kept_figure(key, partial(plots.norms, rows, quantity))
        column.plotly_chart(drawn, key=f"norms-{quantity}")
    st.caption(
        "Length of each layer's weights after every epoch, and of the gradient of its last batch; "
        "first layers blue, last ones orange. Gradients that shrink towards the front vanish; "
        "weights that grow without end ask for weight decay."
    )


def _kernels(run: Run, view: lab.Live) -> None:
    try:
        layer = kernels.layers(run)[0]
        moments = [moment for moment in kernels.moments(run) if moment != "final"]
        now = moments[-1]
        seen = kernels.part(run, layer, now)
    except LabError as error:
        st.caption(literal(str(error)))
        return
    left, right = st.columns(2)
    names = ("Before training", "Now" if now == "initial" else f"After epoch {now}")
    for column, name, some in zip((left, right), names, (seen.before, seen.after), strict=True):
        column.markdown(f"**{name}**")
        key = (str(run.path), "kernels", name, now, view.status.updated)
        drawn = kept_figure(key, partial(kernel_plots.gallery, some, seen.first, seen.scale))
        column.plotly_chart(drawn, key=f"kernels-{name[:3]}")
    st.caption(
        f"The first kernels of {literal(layer)}: watch noise become edges and blobs. The Inside "
        "page replays all layers once the run is done."
    )


def _log(run: Run, view: lab.Live) -> None:
    st.caption("What the training process printed last, and the command that repeats this run.")
    st.code(run.config.command or "(made without one)", language="bash")
    if changes := run.config.interventions:
        listed = "; ".join(one.words for one in changes)
        st.caption(f"The command alone does not repeat it. Changed by hand {literal(listed)}.")
    st.code(run.log(LOG_LINES) or "(nothing yet)", language=None, height=320)


LOOKS: dict[str, Callable[[Run, lab.Live], None]] = {
    "Learning": _learning,
    "Confusion": _confusion,
    "Kernels": _kernels,
    "Weights": _norms,
    "Log": _log,
}
