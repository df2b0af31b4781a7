"""Why it falls: two neighboring sizes, and what the larger one has that the smaller one lacks."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.lab import steps
from cnnlab.plots import predict as plots
from cnnlab.plots.comparison import charts
from cnnlab.plots.comparison.points import mark
from cnnlab.runs import Run
from pages.parts.shared.kept import kept, kept_figure
from pages.parts.shared.links import link
from pages.parts.shared.plainly import cells, literal, show_error

if TYPE_CHECKING:
    from cnnlab.evaluation.ablation import StepDown

PICTURE_PX, KERNEL_PX = 64, 56
MOST_KERNELS = 8  # shown of each


def why(ladder: lab.Ladder, name: str, raster: object) -> None:
    """The whole part: always its sentence, the rest when it is wanted.

    Args:
        name: The size the reader looks at.
        raster: What is drawn on the pad.
    """
    pair = lab.neighbors(ladder, name)
    if pair is None:
        return
    try:
        found = steps.side_by_side(*pair)
    except LabError as error:
        show_error(error)
        return
    small, large = found.smaller.params, found.larger.params
    st.markdown(f"#### Why it falls: {small:,} beside {large:,} parameters")
    st.markdown(literal(found.sentence))
    apart = st.toggle(
        "Take this step apart",
        key="apart",
        bind="query-params",
        help="The pictures lost here, the kernels of both, and what happens to the larger network "
        "when it is left with as little: measured now, in some seconds.",
    )
    if apart:
        try:
            with st.spinner("Asking both about every test picture"):
                step = _measured(*pair)
            _show(pair, found, step, raster)
        except LabError as error:
            show_error(error)


def _measured(smaller: Run, larger: Run) -> "StepDown":
    """Measured once for everybody while both models stay the same."""
    stamps = tuple(run.model_file.stat().st_mtime_ns for run in (smaller, larger))
    step: StepDown = kept(
        ("step", smaller.path, larger.path, *stamps), lambda: steps.what_is_lost(smaller, larger)
    )
    return step


def _show(pair: tuple[Run, Run], found: steps.Neighbors, step: "StepDown", raster: object) -> None:
    st.markdown(f"**{literal(steps.explained(found, step))}**")
    left, right = st.columns([5, 4], gap="medium")
    with right:
        _tables(found)
    with left:
        st.markdown("**What each finds of every class**")
        key = ("step-classes", *(run.path for run in pair), repr(found.recall))
        looks = [mark(1), mark(0)]
        figure = kept_figure(key, lambda: charts.classes(found.labels, found.recall, looks))
        st.plotly_chart(figure, key="step-classes")
        _ablations(step)
    _lost(found, step)
    _inside(pair, found, step, raster)


def _tables(found: steps.Neighbors) -> None:
    """Pairs that merge, and how both are built."""
    heads = {"smaller": f"{found.smaller.params:,}", "larger": f"{found.larger.params:,}"}
    st.markdown("**Taken for another**")
    columns = {"pair": "Digit \u2192 word", **heads}
    st.dataframe(cells(found.pairs), hide_index=True, column_config=columns)
    st.markdown("**What they see with**")
    st.dataframe(cells(found.built), hide_index=True, column_config={"what": "", **heads})


def _ablations(step: "StepDown") -> None:
    """What was taken from the larger network, and how it does without."""
    if not step.ablations:
        return
    percent = st.column_config.NumberColumn
    st.markdown("**The larger one, left with as little**")
    st.dataframe(
        cells(
            [
                {"left": one.words, "accuracy": one.accuracy, "before": one.before}
                for one in step.ablations
            ]
        ),
        hide_index=True,
        column_config={
            "left": "What it was left with",
            "accuracy": percent("It reads", format="percent"),
            "before": percent("Whole", format="percent"),
        },
    )
    st.caption(
        f"On {step.tried:,} test pictures and without training it again: a network that learned "
        "with so little does better than this."
    )


def _lost(found: steps.Neighbors, step: "StepDown") -> None:
    """Pictures the larger one reads and the smaller one does not."""
    small, large = found.smaller.params, found.larger.params
    st.markdown(
        f"**Lost at this step**: of {step.count:,} pictures ({literal(step.variant)}) "
        f"{step.only_larger:,} are read with {large:,} parameters and not with {small:,}; the "
        f"other way round {step.only_smaller:,}."
    )
    if step.lost:
        shown = [(f"{one.truth} read as {one.answers[0][0]}", one.picture) for one in step.lost]
        st.html(plots.strip(shown, PICTURE_PX))


def _inside(
    pair: tuple[Run, Run], found: steps.Neighbors, step: "StepDown", raster: object
) -> None:
    """Kernels and feature maps of both, side by side."""
    picture = step.lost[0].picture if step.lost else None
    sizes = found.smaller, found.larger
    for run, size, measured, column in zip(
        pair, sizes, (None, step), st.columns(2, gap="medium"), strict=True
    ):
        with column:
            st.markdown(f"**{size.params:,} parameters**")
            kernels = steps.kernel_pictures(size, measured)[:MOST_KERNELS]
            st.html(plots.strip(kernels, KERNEL_PX))
            maps = steps.maps_of(run, raster, picture)
            if maps:
                st.html(plots.feature_strip(maps))
            link("inside", "Look inside", ":material/grid_on:", run=run.name)
    st.caption(
        "Above: the kernels that look at the picture itself, blue adds and red takes away. Below: "
        "what each layer makes of your drawing, or of the first lost picture where there is none."
    )
