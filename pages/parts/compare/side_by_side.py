"""Up to ten runs side by side: who may be compared, chart, table, details, export."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnlab import comparison, lab, runs
from cnnlab.plots.comparison.accuracy_cost import accuracy_cost_chart, accuracy_cost_png
from cnnlab.plots.comparison.report import report_html
from cnnlab.plots.comparison.run_tables import metrics_html
from cnnlab.progress import tell
from cnnlab.runs import Run
from pages.parts.compare import details
from pages.parts.compare.cost import choose_cost, choose_errors
from pages.parts.shared.baseline import baseline, pin
from pages.parts.shared.controls import one_of
from pages.parts.shared.kept import kept_figure
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal, show_error
from pages.parts.shared.reader import called, seen
from pages.parts.shared.several_runs import pick_several
from pages.parts.shared.waiting import counting
from pages.parts.shared.whose import choose_whose, own_first, starter
from pages.parts.shared.writing import writing_button

MOST = 10
_MEASURING = (
    "Each run's time for one picture, one after the other on this machine: best while nothing "
    "trains. Everybody's comparisons show it from then on."
)
DETAILS = {
    "Learning curves": details.curves,
    "Settings": details.settings,
    "Agreement": details.agreement,
    "Classes": details.classes,
    "One picture": details.one_picture,
}


def show() -> None:
    """The whole view."""
    with st.container(gap=None):
        base = baseline()
        missing = st.container()
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    chosen = _choose(base, row, missing)
    if not chosen:
        return
    result = comparison.compare(chosen)
    for words in result.failed.values():
        show_error(words)
    if not result.groups:
        return
    group = _group(result.groups)
    with row:
        cost, published, errors = _axes()
    mine = {run.name for run in chosen if starter(run) == called() and not run.read_only}
    _chart(group.rows, cost, published, errors, mine)
    pinned = base.name if base and base.name in group.names else ""
    st.html(metrics_html(group.rows, baseline=pinned))
    _baseline(group, pinned)
    st.caption(
        "Shaded: the best of its line. Framed: an accuracy that chance alone could lift to the "
        "best, for its 95 % interval reaches it. Training time is that of the machine that trained "
        "the run. Point at a name for what it means; click a run to see its mistakes."
    )
    _latencies(group, chosen)
    _export(result, group.rows, cost)
    detail = one_of("Look closer", list(DETAILS), "detail")
    members = [run for run in chosen if run.name in group.names]
    DETAILS[detail](members, group)


def _latencies(group: comparison.Group, chosen: Sequence[Run]) -> None:
    """A word where latencies are of several machines or days, and a way to make them one."""
    if mixed := comparison.mixed_latencies(group.rows):
        st.info(literal(mixed))
    if writing_button("Measure latencies anew", "latencies", help=_MEASURING):
        members = [run for run in chosen if run.name in group.names]
        with counting():
            lab.measure_latencies(members, lambda done, total: tell(done, total, "runs measured"))
        st.rerun()


def _baseline(group: comparison.Group, pinned: str) -> None:
    """Which run the others are held against; this browser keeps it."""
    names = ["", *group.names]
    titles = {row["run"]: row["title"] for row in group.rows}
    chosen = st.selectbox(
        "Baseline",
        names,
        index=names.index(pinned),
        format_func=lambda name: titles.get(name, name) if name else "none",
        key=f"pinned-{pinned}",
        width=320,
        help="Under every other figure stands how it differs from this run's, here and in the "
        "list of trainings.",
    )
    if chosen != pinned:
        pin(chosen)
        st.rerun()


def _choose(base: Run | None, row: DeltaGenerator, missing: DeltaGenerator) -> list[Run]:
    """The runs to compare, kept in the address as `?run=a&run=b`; none without a word why."""
    found = seen(runs.list_runs())
    known = {run.name: run for run in [*own_first(found, starter), *runs.pretrained()]}
    if not known:
        st.info("Nothing is trained yet: train two networks, then see what the smaller one costs.")
        link("train", "Train a network", ":material/show_chart:")
        return []
    with row.popover("Choose runs", icon=":material/checklist:", key="choose"):
        own = choose_whose(found, starter)
        names = pick_several(
            "Runs",
            known,
            _tagged([run.name for run in [*own, *runs.pretrained()]]),
            _first(base, own) or list(known)[:4],
            MOST,
            "There is no run {} (any more); it is left out.",
            "Your own come first, newest on top, then the shipped ones. The address of this page "
            "always shows what you see: copy it to share the view.",
            always=True,
            place=missing,
        )
    if not names:
        st.info("Choose at least one run above; two to compare.")
    return [known[name] for name in names]


def _first(base: Run | None, own: Sequence[Run]) -> list[str]:
    """What the view begins with: the cliff, and the baseline if one is pinned."""
    names = [run.name for run in lab.cliff(MOST, own)]
    if base is None or base.name in names:
        return names
    return [base.name, *names[: MOST - 1]]


def _tagged(names: list[str]) -> list[str]:
    """The runs to choose from: those with all the tags pressed."""
    tags = lab.tags()
    if not tags:
        return names
    pressed = st.pills(
        "Tags",
        sorted({tag for words in tags.values() for tag in words}),
        selection_mode="multi",
        format_func=literal,
        key="tags",
        help="Offer only runs with all of these; you write tags on a run's own page.",
    )
    return [name for name in names if {*pressed} <= {*tags.get(name, ())}]


def _group(groups: tuple[comparison.Group, ...]) -> comparison.Group:
    """The runs to draw together; those kept apart are named with the reason."""
    if len(groups) == 1:
        return groups[0]
    titles = [group.title for group in groups]
    unlike = [f"{title} ({number})" for number, title in enumerate(titles, 1)]
    words = titles if len(set(titles)) == len(titles) else unlike
    chosen = one_of(
        "Only like is compared with like",
        words,
        "among",
        help="Accuracies on different test pictures say nothing about each other.",
    )
    apart = [
        f"**{literal(', '.join(group.names))}**: {literal('; '.join(group.apart))}."
        for group in groups
        if group.apart
    ]
    st.info("Kept apart:\n\n" + "\n\n".join(apart))
    return groups[words.index(chosen)]


def _axes() -> tuple[str, bool, bool]:
    """The cost, whether published figures are shown, and whether mistakes are."""
    cost = choose_cost(
        comparison.COSTS,
        "cost",
        "What you pay with. A model on the gray line is beaten by no other: less cost, "
        "or more accuracy, is not to be had.",
    )
    published = st.toggle(
        "Published figures",
        value=True,
        key="published",
        bind="query-params",
        disabled=cost != "params",
        help="What the sources print for their networks on this dataset, in hollow diamonds; "
        "they publish parameters only, so only that axis shows them.",
    )
    return cost, published, choose_errors("errors")


def _chart(
    rows: Sequence[comparison.Row], cost: str, published: bool, errors: bool, mine: set[str]
) -> None:
    """Accuracy against a cost; the reader's own runs have a ring around them."""
    if not any(row["accuracy"] is not None and row[cost] for row in rows):
        st.info(
            "None of these runs has both a test accuracy and this cost yet. A run is tested when "
            "its training ends."
        )
        return
    drawn = ("pareto", repr(rows), cost, published, errors, tuple(sorted(mine)))
    figure = kept_figure(drawn, lambda: accuracy_cost_chart(rows, cost, published, errors, mine))
    st.plotly_chart(figure, key=f"pareto-{cost}-{errors}")
    st.caption("Up and to the left is better. Whiskers: 95 % interval of the measured accuracy.")


def _export(result: comparison.Comparison, rows: Sequence[comparison.Row], cost: str) -> None:
    """The table and the whole comparison to take along."""
    with st.container(horizontal=True):
        st.download_button(
            "Table as CSV",
            lambda: comparison.csv_text(result.rows),
            "cnnlab-compared.csv",
            "text/csv",
            key="csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Chart as PNG",
            lambda: accuracy_cost_png(rows, cost),
            "cnnlab-compared.png",
            "image/png",
            key="png",
            icon=":material/image:",
            on_click="ignore",
            disabled=not comparison.points(rows, cost),
            help="On white, for slides and papers; measured models only.",
        )
        st.download_button(
            "Report as HTML",
            lambda: report_html(result, cost),
            "cnnlab-compared.html",
            "text/html",
            key="report",
            icon=":material/description:",
            on_click="ignore",
            help="One page with chart, table, settings and commands; needs no network.",
        )
