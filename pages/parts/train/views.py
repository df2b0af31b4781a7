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
from cnnlab.visualization.features import kernels
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.plainly import cells, literal

MOST_EARLIER = 3
MOST_CLASSES = 30  # a larger matrix could not be read
LOG_LINES = 30


def look(run: Run, view: lab.Live) -> None:
    """The control and what it opens."""
    chosen = st.segmented_control(
        "Look at",
        list(LOOKS),
        default="Curves",
        key="look",
        required=True,
        label_visibility="collapsed",
    )
    LOOKS[chosen or "Curves"](run, view)


def _curves(run: Run, view: lab.Live) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        log_axes = st.toggle("Log axes", key="log-loss", help="Shows whether it still learns.")
        smooth = st.toggle(
            "Smoothing",
            key="smooth",
            help="Running means over pale curves: see the trend behind the noise of small batches.",
        )
        compare = st.toggle(
            "Earlier runs",
            key="compare",
            help="Lay the validation curves of up to three other runs on the same axes.",
        )
    earlier = _earlier(run) if compare else {}
    if not view.latest and not earlier:
        st.caption("The curves begin with the first batches.")
        return
    options = log_axes, smooth, tuple((name, len(other.history)) for name, other in earlier.items())
    for quantity, column in zip(("loss", "accuracy"), st.columns(2), strict=True):
        drawn = _drawn((str(run.path), view.key, quantity, *options), view, list(earlier.values()))
        column.plotly_chart(drawn, key=quantity)
    dashed = "Dashed: the validation curves of the earlier runs. " if earlier else ""
    st.caption(
        f"{dashed}When training goes on rising and validation falls, the network learns the "
        "pictures by heart (overfitting)."
    )


@st.cache_resource(max_entries=60, show_spinner=False)
def _drawn(key: tuple[Any, ...], _view: lab.Live, _earlier: Sequence[plots.Earlier]) -> Any:
    """The curves; drawn once for all the pages that look at a training at one moment."""
    *_, quantity, log_axes, smooth, _names = key
    best = _view.best.epoch if _view.best else None
    return plots.curves(_view.history, _view.points, quantity, best, log_axes, smooth, _earlier)


def _earlier(run: Run) -> dict[str, plots.Earlier]:
    found = {other.name: other for other in lab.earlier_runs(run)}
    names = st.multiselect(
        "Compare with",
        list(found),
        key=f"earlier-{run.name}",
        max_selections=MOST_EARLIER,
        format_func=lambda name: _words(found[name]),
        placeholder="Choose up to three runs",
        help="Runs on the same dataset come first. Change one thing in a clone and compare.",
    )
    return {name: plots.Earlier(found[name].title, found[name].history) for name in names}


def _words(run: Run) -> str:
    try:
        config, tags = run.config, run.notes.tags
    except LabError:
        return run.name
    told = f"{run.title}: {config.architecture} on {config.dataset}"
    return f"{told} ({', '.join(tags)})" if tags else told


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
    st.code(run.log(LOG_LINES) or "(nothing yet)", language=None, height=320)


LOOKS: dict[str, Callable[[Run, lab.Live], None]] = {
    "Curves": _curves,
    "Confusion": _confusion,
    "Norms": _norms,
    "Kernels": _kernels,
    "Log": _log,
}
